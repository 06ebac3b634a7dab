"""Reads of evaluation: each returns frozen values, with its own loading plan."""
