"""Mining: sentences of two collections that are translations of each other, their order unknown; the pure parts."""
