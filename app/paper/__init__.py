"""The questionnaire on paper: composed, laid out, stamped with the code of each sheet."""
