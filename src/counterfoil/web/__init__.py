"""What all surfaces share of HTTP: who is at the other end, and the headers of our pages."""
