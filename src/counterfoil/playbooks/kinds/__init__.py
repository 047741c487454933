"""One module for each kind of case; each has a ``PLAYBOOK``."""
