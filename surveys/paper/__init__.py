"""The questionnaire on paper: the way through it, sheets with a code of their own, what is keyed from them."""
