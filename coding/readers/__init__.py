"""Readers of transcript files: bytes in, text and what must be said about it out."""
