"""Questionnaires that somebody sends: read in a process that can be killed, at once where they are small."""
