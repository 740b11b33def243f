"""One language at a time: Unicode, language, sentences."""
