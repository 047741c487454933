"""
What a host needs to test its own code against Counterfoil: builders, doubles, contracts.

Modules with ``__all__`` are for hosts, and their names stay; the others make the demo's shop.
"""
