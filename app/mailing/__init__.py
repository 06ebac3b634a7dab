"""Writing to people: contacts opened, words put together, messages handed to their carriers, letters printed."""
