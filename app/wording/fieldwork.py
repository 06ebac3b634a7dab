"""Sentences for the errors of collections in the field."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "fieldwork.expires_in_the_past": _("This day is over: choose a later one."),
    "fieldwork.group_closed": _("The way in of the group “%(label)s” is closed."),
    "fieldwork.group_crowded": _("Many people are starting at the same time. Wait a few minutes."),
    "fieldwork.group_not_found": _("No group has this code."),
    "fieldwork.label_missing": _("Name the group: a workshop, a site, a date."),
    "fieldwork.no_place": _("At least one response, or leave it empty."),
    "fieldwork.site_not_found": _("This site does not belong to this study."),
    "fieldwork.no_personal_window": _(
        "The wave has the same dates for everybody: say in the calendar of the waves from which date of each person it "
        "is counted."
    ),
    "fieldwork.not_a_newer_version": _("Choose a published version that is newer than the one of this collection."),
    "fieldwork.item_not_countable": _("The question “%(item)s” cannot decide: choose one with answers or a number."),
    "fieldwork.quota_label_missing": _("Name the quota."),
    "fieldwork.quota_not_found": _("This quota does not belong to this collection."),
    "fieldwork.quota_of_everybody": _("Choose a site, a population or some answers: a quota is about some people."),
    "fieldwork.target_out_of_range": _("The number wanted goes from 1 to %(limit)s."),
    "fieldwork.title_missing": _("Type a title."),
    "fieldwork.too_many_quotas": _("A collection has %(limit)s quotas at most. Choose fewer combinations."),
}
