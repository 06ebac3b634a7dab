"""How far coders agree: pure functions on numbers, no database.

The unit of comparison comes first (`cutting`), then tables of who said what (`ratings`), coefficients on these tables
(`coefficients`), coefficients on spans that nobody cut beforehand (`unitizing`, `continuum`), and how sure one can be
(`resampling`). Formulas and sources: docs/method/agreement.md.
"""
