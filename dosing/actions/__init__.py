"""One verb, one file, one transaction, at least one audit entry."""
