"""Names of persons, places, organisations, offices: found, compared, learnt from a document, written in one way."""
