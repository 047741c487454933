"""Houndwell: a platform of its own, which knows Counterfoil by its API and its webhooks only."""
