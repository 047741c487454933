"""
Long work that somebody asked for and watches: done in steps, stopped, continued.

Each kind is a module with a function that does one step; :mod:`counterfoil.jobs.catalogue` names
them, and :mod:`counterfoil.jobs.running` carries them out.
"""
