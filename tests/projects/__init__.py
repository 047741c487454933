"""Hosts of different kinds, and what has to work in each of them."""
