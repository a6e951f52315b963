"""Regimen, prescription, slots, rules and verdict; knows nothing of who is told."""
