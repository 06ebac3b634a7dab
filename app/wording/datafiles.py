"""Sentences for the errors of files of answers."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "exports.not_found": _("This file was not asked for in this study, or it is not made yet."),
    "exports.expired": _("This file is not kept any more. Make it again: it takes a moment."),
}
