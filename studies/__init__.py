"""Who is followed, under which design, with which consent."""
