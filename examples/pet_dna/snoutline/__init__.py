"""Snoutline: DNA tests for dogs. A small platform that has Counterfoil inside it."""
