"""What Counterfoil costs, measured beside what the machine could do at best."""
