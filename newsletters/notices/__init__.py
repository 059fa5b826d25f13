"""Short notices: one to three stories between two newsletters."""
