"""Sentences for the errors of files of answers."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "exports.not_found": _("This file was not asked for in this study, or it is not made yet."),
    "imports.attribute_too_long": _("The name of a fact about people has %(limit)s characters at most."),
    "imports.choice_twice": _("Row %(row)s, column “%(column)s”: “%(value)s” names the same answer twice."),
    "imports.choice_unknown": _("Row %(row)s, column “%(column)s”: “%(value)s” is not one of the answers."),
    "imports.empty": _("“%(file)s” is empty."),
    "imports.heading_missing": _("“%(file)s”: column %(number)s has no heading."),
    "imports.heading_twice": _("“%(file)s”: columns %(other)s and %(number)s are both called “%(column)s”."),
    "imports.not_a_date": _("Row %(row)s, column “%(column)s”: “%(value)s” is not a date, as 31/12/2025."),
    "imports.not_a_draft": _("This file was brought in already."),
    "imports.not_a_moment": _(
        "Row %(row)s, column “%(column)s”: “%(value)s” is not a date with a time, as 31/12/2025 14:30."
    ),
    "imports.not_a_number": _("Row %(row)s, column “%(column)s”: “%(value)s” is not a number."),
    "imports.not_a_text": _("Row %(row)s, column “%(column)s”: “%(value)s” cannot be kept as a text."),
    "imports.not_a_time": _("Row %(row)s, column “%(column)s”: “%(value)s” is not a time, as 14:30."),
    "imports.not_a_whole_number": _("Row %(row)s, column “%(column)s”: “%(value)s” is not a whole number."),
    "imports.not_done": _("This file was not brought in, or was undone already."),
    "imports.not_found": _("This file is not among those of the study, or it was erased."),
    "imports.not_on_the_scale": _("Row %(row)s, column “%(column)s”: “%(value)s” is not on the scale."),
    "imports.not_ready": _("Something changed meanwhile: look again at what would be done."),
    "imports.nothing_mapped": _("Say what one column at least becomes, besides the pseudonym."),
    "imports.pseudonym_column_missing": _("Say which column holds the pseudonym."),
    "imports.pseudonym_column_twice": _("Columns “%(other)s” and “%(column)s” are both the pseudonym: keep one."),
    "imports.reading_wrong": _("“%(file)s” cannot be read so: choose another way to read it."),
    "imports.sign_twice": _("“%(sign)s” stands for two different things: keep it once."),
    "imports.target_twice": _("Columns “%(other)s” and “%(column)s” become the same thing in the same wave."),
    "imports.target_unknown": _("Column “%(column)s”: nothing of this study is called “%(typed)s”."),
    "imports.too_long": _("“%(file)s” is too long: at most %(rows)s rows and %(cells)s cells."),
    "imports.too_much": _("Too many cells at once: at most %(limit)s can be brought in; make two files of it."),
    "imports.too_wide": _("“%(file)s” is too wide: at most %(limit)s columns."),
    "imports.two_versions": _(
        "Column “%(column)s”: another column fills another version of “%(title)s” in the same wave. Choose one version."
    ),
    "imports.unreadable": _("“%(file)s” cannot be opened: the file is damaged, protected or of another kind."),
    "imports.yes_no_unknown": _("Row %(row)s, column “%(column)s”: “%(value)s” is neither yes nor no."),
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
