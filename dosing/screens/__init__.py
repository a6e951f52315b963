"""What the bedside pages show, as plain data: built from assessments and rows, without deciding anything."""
