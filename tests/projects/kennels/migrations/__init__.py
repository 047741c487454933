"""What a host keeps elsewhere."""
