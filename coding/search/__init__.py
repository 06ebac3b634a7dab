"""Asking the texts: words, phrases and nearness, found turn by turn."""
