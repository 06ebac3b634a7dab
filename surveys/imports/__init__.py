"""Data from elsewhere, administrative or older: read, mapped to the study, joined by pseudonym, undone as a batch."""
