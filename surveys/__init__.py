"""Questionnaires and what people answer."""
