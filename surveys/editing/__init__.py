"""Drafts of questionnaires edited by hand: pure operations on definitions, what people may undo, the study's bank."""
