"""The REST API under /api/v1/: faces that translate JSON to one action and back. No decision is made here."""
