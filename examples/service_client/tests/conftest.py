"""What Counterfoil gives to the tests of hosts."""

pytest_plugins = ["counterfoil.testing.fixtures"]
