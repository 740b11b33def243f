"""Many pairs and many documents: duplicates, splits, building, export."""
