"""Recorded journeys and the command that runs the rules over them."""
