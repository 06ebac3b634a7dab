"""A collection in the field: who is asked, when, how they are told and reminded, how many are wanted."""
