"""The tests of Snoutline."""
