"""Calls of the API that nobody would think of, made up from its description."""
