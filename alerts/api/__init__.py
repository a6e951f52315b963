"""The addresses of alerts under /api/v1/: faces that translate JSON to one action and back."""
