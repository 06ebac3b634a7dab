"""Projects of other software, in and out: what waits, what is made, the jobs."""
