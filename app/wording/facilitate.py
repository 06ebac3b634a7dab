"""Sentences for the errors of rooms."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "facilitate.closed": _("This collection is not open now."),
}
