"""The examples, run as whoever copies them would."""
