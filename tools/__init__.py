"""What the project's own people run by hand."""
