"""From a corpus to files for others: splits, the card, licences and metadata."""
