"""The tables of Snoutline."""
