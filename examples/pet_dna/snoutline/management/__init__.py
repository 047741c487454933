"""Commands of Snoutline."""
