"""Sentences for the errors of agreement between coders."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "agreement.cells": _(
        "%(place)s, row %(row)s: give one cell to each coder: a text, a number, a list of codes, or null."
    ),
    "agreement.coders": _("%(place)s: agreement needs two coders at least; there are %(count)s."),
    "agreement.documents": _("%(place)s: “documents” must name one document for each of the %(count)s rows."),
    "agreement.file_unreadable": _("“%(file)s” cannot be read."),
    "agreement.mixed": _("%(place)s: some cells are lists of codes and others are not; write all of them as lists."),
    "agreement.not_json": _("“%(file)s” is not JSON that can be read: look at line %(line)s, column %(column)s."),
    "agreement.overlap": _(
        "%(place)s: two spans of the same coder with the code “%(name)s” overlap; make them one span."
    ),
    "agreement.spans": _(
        "%(place)s: spans need “continuum” with “begin” and “length”, and “start”, “length”, “coder” and “code” for "
        "each, inside it."
    ),
    "agreement.too_large": _("“%(file)s” is larger than %(limit)s MB."),
    "agreement.too_many_values": _("%(place)s: there are %(count)s different values, more than %(limit)s."),
    "agreement.unreadable": _("%(place)s: this is neither “items” (units and coders) nor “units” (spans)."),
    "agreement.value_unknown": _("%(place)s: the value “%(value)s” is not in “values”."),
}
