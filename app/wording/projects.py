"""Sentences for cases, attributes and sets, and for projects that come in and leave."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "coding.attribute_taken": _("There is already an attribute called “%(name)s”."),
    "coding.attribute_unknown": _("This attribute does not exist any more."),
    "coding.case_taken": _("There is already a case called “%(name)s”."),
    "coding.case_unknown": _("This case does not exist any more."),
    "coding.member_unknown": _("What was to belong to the case does not exist any more."),
    "coding.owner_unknown": _("What this value is about does not exist any more."),
    "coding.set_taken": _("There is already a set called “%(name)s”."),
    "coding.set_unknown": _("This set does not exist any more."),
    "coding.value_unfit": _("“%(value)s” does not fit the type of this attribute."),
}
