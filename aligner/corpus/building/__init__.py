"""From a manifest of documents to shards of judged pairs, resumable after a kill."""
