"""The demonstration study: invented people, a known truth."""
