"""One verb, one file, one transaction, at least one audit entry; a review that changed nothing leaves none."""
