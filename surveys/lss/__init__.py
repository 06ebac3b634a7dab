"""LimeSurvey in: a survey's structure (.lss) becomes a definition, with every feature that is left aside named."""
