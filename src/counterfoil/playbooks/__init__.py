"""
What staff do about each kind of case: one file a kind, in ``kinds``.

A playbook says in words what happened and what was found, suggests what can be done about it with
all arguments filled in, and what the case is closed with. One that has a ``find`` looks for such
cases itself. See :class:`counterfoil.playbooks.playbook.Playbook`.
"""
