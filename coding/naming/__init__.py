"""Names in transcripts: what may tell who speaks is proposed, a person decides, pseudonyms take its place."""
