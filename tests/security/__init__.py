"""Attacks that once got through, or that must never."""
