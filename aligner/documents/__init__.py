"""Readers of documents, one a format, and the layout of bilingual articles."""
