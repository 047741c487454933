"""The tests of Houndwell, against a Counterfoil that really runs."""
