"""Asking what the host brings along: in time, outside of transactions, and seen when it fails."""
