"""Sentences for the errors of collections in the field."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "fieldwork.no_personal_window": _(
        "The wave has the same dates for everybody: say in the calendar of the waves from which date of each person it "
        "is counted."
    ),
    "fieldwork.not_a_newer_version": _("Choose a published version that is newer than the one of this collection."),
    "fieldwork.title_missing": _("Type a title."),
}
