"""Review: beads that a person makes right, kept edit by edit."""
