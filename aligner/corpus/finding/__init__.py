"""What belongs together in folders and collections: documents that match, sentences that are mined."""
