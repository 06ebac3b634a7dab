"""Acts of evaluation: each takes the session first, flushes, and never commits."""
