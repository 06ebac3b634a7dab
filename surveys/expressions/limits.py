"""What an expression may cost; each refusal names its limit."""

MAX_LENGTH = 20_000
"""Characters of source."""

MAX_DEPTH = 50
"""Levels of brackets in the source, and of nodes in the tree."""

MAX_TEXT = 10_000
"""Characters of a text that an expression builds; doubling texts from one calculation to the next stops here."""

MAX_VISITS = 1_000_000
"""Nodes that one evaluation may visit: nested `//` are as costly as the author likes, the server is shared."""
