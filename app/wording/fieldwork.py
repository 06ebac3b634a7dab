"""Sentences for the errors of collections in the field."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "fieldwork.not_a_newer_version": _("Choose a published version that is newer than the one of this collection."),
}
