"""Runs the rules over a recorded journey: what would have been decided at each step. Pure; no database, no clock."""
