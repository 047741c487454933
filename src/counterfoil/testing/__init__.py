"""What hosts and adapters need for tests of their own."""
