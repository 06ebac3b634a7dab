"""Projects of other software, in and out: REFI-QDA (QDPX, QDC), Taguette, QualCoder; and files for lexicometry."""
