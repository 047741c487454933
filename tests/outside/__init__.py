"""A package of somebody else's, as it would be installed beside Counterfoil."""
