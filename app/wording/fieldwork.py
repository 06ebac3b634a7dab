"""Sentences for the errors of collections in the field."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "fieldwork.call_back_past": _("The day to call back is past."),
    "fieldwork.call_not_found": _("This call is no longer in the list."),
    "fieldwork.bad_address": _("“%(address)s” is no e-mail address."),
    "fieldwork.expires_in_the_past": _("This day is over: choose a later one."),
    "fieldwork.group_closed": _("The way in of the group “%(label)s” is closed."),
    "fieldwork.group_crowded": _("Many people are starting at the same time. Wait a few minutes."),
    "fieldwork.group_not_found": _("No group has this code."),
    "fieldwork.item_not_countable": _("The question “%(item)s” cannot decide: choose one with answers or a number."),
    "fieldwork.label_missing": _("Name the group: a workshop, a site, a date."),
    "fieldwork.max_messages_out_of_range": _("The number of messages goes from 1 to %(limit)s."),
    "fieldwork.message_not_doubtful": _("This message waits for no decision."),
    "fieldwork.message_not_found": _("This message does not belong to this collection."),
    "fieldwork.no_personal_window": _(
        "The wave has the same dates for everybody: say in the calendar of the waves from which date of each person it "
        "is counted."
    ),
    "fieldwork.no_place": _("At least one response, or leave it empty."),
    "fieldwork.no_way_in": _("The message gives no way to answer: put ${lien} or ${code} in it."),
    "fieldwork.not_a_newer_version": _("Choose a published version that is newer than the one of this collection."),
    "fieldwork.not_automatic": _("Letters and calls are made by people: they cannot leave by themselves."),
    "fieldwork.place_not_closed": _("A “${” is never closed: write ${lien}, for example."),
    "fieldwork.quota_label_missing": _("Name the quota."),
    "fieldwork.quota_not_found": _("This quota does not belong to this collection."),
    "fieldwork.quota_of_everybody": _("Choose a site, a population or some answers: a quota is about some people."),
    "fieldwork.site_not_found": _("This site does not belong to this study."),
    "fieldwork.step_in_use": _("This message was sent to people already: it stays, on the same channel."),
    "fieldwork.step_not_found": _("This message does not belong to the plan of this collection."),
    "fieldwork.step_out_of_range": _("The days go from -366 to 366, the hours from 0 to 23."),
    "fieldwork.target_out_of_range": _("The number wanted goes from 1 to %(limit)s."),
    "fieldwork.title_missing": _("Type a title."),
    "fieldwork.too_many_quotas": _("A collection has %(limit)s quotas at most. Choose fewer combinations."),
    "fieldwork.too_many_steps": _("A collection has %(limit)s messages in its plan at most."),
    "fieldwork.unknown_place": _("“${%(name)s}” means nothing here. Known: %(known)s."),
    "fieldwork.words_too_long": _("The message is longer than %(limit)s characters."),
    "mailing.bad_setting": _("The setting %(name)s cannot be used: nothing is sent before it is put right."),
    "mailing.no_contact": _("No address or number is known for this person."),
    "mailing.paused": _("Messages of this collection are stopped: nothing is printed meanwhile."),
    "mailing.print_outdated": _(
        "%(count)s of these people do not want to be written to or called any more: print again, without them."
    ),
    "mailing.print_gone": _("This print is gone: prints are kept for a week."),
    "mailing.nothing_to_print": _("Nobody is due for this message now."),
    "mailing.no_link": _("The personal link of this person must be made again."),
}
