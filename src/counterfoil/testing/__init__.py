"""What a host needs to test its own code against Counterfoil: builders, doubles, contracts."""
