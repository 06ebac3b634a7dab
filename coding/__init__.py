"""Transcripts and their interpretation."""
