"""The audit trail: one writer, one gate around every action, and the export."""
