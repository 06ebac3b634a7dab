"""Sentences for the errors of files of answers."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "exports.not_found": _("This file was not asked for in this study, or it is not made yet."),
    "paper.batch_not_found": _("These sheets are not of this collection."),
    "paper.code_twice": _("The same code stands twice."),
    "paper.entry_finished": _("This sheet was keyed already: what you typed was not kept."),
    "paper.first_not_finished": _("The first entry of this sheet is not finished: a second one checks it afterwards."),
    "paper.keyed_by_another": _(
        "Somebody else is keying this sheet: what you typed was not kept. Take another sheet, or come back in ten "
        "minutes."
    ),
    "paper.nobody_to_print_for": _("Nobody on the list is asked by this collection: print sheets linked to nobody."),
    "paper.nothing_to_settle": _("There is nothing to decide on this sheet."),
    "paper.not_understood": _(
        "Fields that are not understood: %(count)s. Correct them, or type ? for what cannot be read. All is kept."
    ),
    "paper.print_not_found": _("This print is not kept here. Print it again."),
    "paper.response_changed": _(
        "The person corrected their answers since with the code of this sheet: what they said stands."
    ),
    "paper.sheet_not_found": _("No sheet of this study has the code “%(typed)s”. Check each letter and digit."),
    "paper.too_many_cards": _("Print 1 to %(limit)s cards for each repeated group."),
    "paper.too_many_sheets": _("Print %(limit)s sheets at most at a time; choose a site to make several batches."),
    "paper.unknown_code": _("This code is not on the sheet."),
    "paper.withdrawn": _("The person took these answers back: the sheet must not be keyed. Destroy it."),
    "exports.expired": _("This file is not kept any more. Make it again: it takes a moment."),
}
