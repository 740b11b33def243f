"""Evidence: what two texts share."""
