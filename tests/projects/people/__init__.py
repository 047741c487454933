"""The users of a host."""
