"""Sentences for the errors of surveys, and for what the import of a form remarks."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.wording import lss


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "surveys.attachment_empty": _("This file is empty. Choose another one."),
    "surveys.attachment_too_large": _("This file is too heavy (%(limit)s MB at most). Choose another one."),
    "surveys.attachment_too_many": _("There is no room left for this file. Those you sent before are kept."),
    "surveys.attachment_unreadable": _(
        "We cannot open this file here. It is kept apart for the team. You can send another one."
    ),
    "surveys.bad_token": _("This link is incomplete: open again the page where you started."),
    "surveys.closes_before_it_opens": _("The closing date comes before the opening date."),
    "surveys.collection_closed": _("“%(title)s” is closed: it takes no more answers."),
    "surveys.collection_not_found": _(
        "No questionnaire is open under the code “%(token)s”. Check each letter and digit."
    ),
    "surveys.file_not_found": _("This file does not exist."),
    "surveys.files_frozen": _("Version %(number)s is published: its files do not change any more."),
    "surveys.invitation_early": _("“%(title)s” is not open for this person yet."),
    "surveys.invitation_not_found": _("This personal link opens nothing. Check that it is complete."),
    "surveys.invitation_sent": _("These answers were already sent."),
    "surveys.no_text_in_language": _("This questionnaire has no text in the language “%(locale)s”."),
    "surveys.review_in_the_future": _("The day of the reading is still to come."),
    "surveys.reviewers_missing": _("Name the group that read the texts."),
    "surveys.not_a_phone_file": _(
        "This is not a file of answers that a phone gave. Choose the .json file that the person handed to you."
    ),
    "surveys.phone_file_of_another": _("The answers of this file belong to another questionnaire."),
    "surveys.not_complete": _("Some answers are still missing or must be corrected: %(count)s."),
    "surveys.not_published": _("Version %(number)s is a draft: publish it before opening a collection."),
    "surveys.page_not_found": _("This page is not part of the questionnaire."),
    "surveys.population_not_found": _("This population does not belong to this study."),
    "surveys.questionnaire_not_found": _("This questionnaire does not belong to this study."),
    "surveys.receipt_not_found": _("No answers are kept under the receipt “%(receipt)s”. Check each letter and digit."),
    "surveys.card_not_found": _("This card is not in the list any more."),
    "surveys.changed_meanwhile": _("These answers were changed in another window. Look at them again."),
    "surveys.response_not_open": _("These answers were sent, or the questionnaire is closed."),
    "surveys.response_not_found": _("This link opens no answers. Check that it is complete."),
    "surveys.not_sent": _("These answers were not sent yet: they can be changed as they are."),
    "surveys.response_withdrawn": _("These answers were withdrawn and erased."),
    "surveys.unknown_schema": _("This questionnaire was kept by a later version of Tresse (format %(schema)s)."),
    "surveys.version_not_found": _("This version of the questionnaire does not exist in this study."),
    "surveys.wave_not_found": _("This wave does not belong to this study."),
    "surveys.date_unfinished": _("The date is not complete: give the day, the month and the year."),
    "surveys.not_a_date": _("This date does not exist. Write it like 31/12/2025."),
    "surveys.not_a_number": _("Write a number, with digits. For example 12 or 3,5."),
    "surveys.not_a_place": _(
        "These are no coordinates: write latitude then longitude, like 48.6921 6.1844, or the place in words."
    ),
    "surveys.not_an_attachment": _("This is not a file that was sent."),
    "surveys.not_a_time": _("Write a time like 14:30."),
    "surveys.not_a_whole_number": _("Write a whole number, without a decimal point. For example 12."),
    "surveys.number_too_long": _("This number has more than %(limit)s digits."),
    "surveys.off_the_scale": _("Choose a number from %(start)s to %(end)s."),
    "surveys.rank_not_a_place": _("Give each answer its place with a number: 1, 2, 3…"),
    "surveys.rank_repeated": _("Two answers have the same place."),
    "surveys.text_too_long": _("This text has more than %(limit)s characters. We kept it, but please shorten it here."),
    "surveys.choice_to_make": _("Choose one answer of the list."),
    "surveys.nothing_found": _("No answer of the list begins with what was typed."),
    "surveys.unknown_choice": _("Choose one of the answers shown."),
    "surveys.form_refused": _("The form cannot be used as it is. Points to correct: %(count)s."),
    "surveys.file_too_big": _("The file is larger than %(limit)s MB."),
    "surveys.old_workbook_too_big": _(
        "This old kind of workbook (.xls) is too large to be read safely (%(limit)s MB at most, nothing far from the "
        "table). Save it as .xlsx and try again."
    ),
    "surveys.file_damaged": _("The file is damaged and cannot be read. Save it again from your spreadsheet."),
    "surveys.file_not_a_form": _(
        "This is not a form: a workbook (.xlsx, .xls), a .csv or a table in Markdown with a sheet “survey” is expected."
    ),
    "surveys.form_too_long": _(
        "The form is too long to be read here: at most %(questions)s lines of questions and %(cells)s filled cells."
        " Make two forms of it, or take out languages and lists that are not used."
    ),
    "surveys.groups_too_deep": _("More than %(limit)s groups stand inside each other here. Take some out."),
    "surveys.sheet_too_big": _(
        "The sheet goes beyond %(rows)s rows or %(columns)s columns. Delete what is far from the table."
    ),
    "surveys.cell_too_long_to_write": _(
        "Sheet %(sheet)s, row %(row)s, column %(column)s: this text has more than %(limit)s characters, more than a "
        "cell of a workbook holds. Shorten it, then export again."
    ),
    "surveys.cell_too_long": _("The cell has more than %(limit)s characters."),
    "surveys.sheet_missing": _("The sheet “%(name)s” is missing, or it is empty."),
    "surveys.rows_left_out": _("The lines from row %(row)s on were left out: %(limit)s empty lines stand before them."),
    "surveys.column_missing": _("The column “%(name)s” is missing."),
    "surveys.column_repeated": _("The column “%(column)s” stands twice. Rename or remove one."),
    "surveys.columns_alike": _("The columns “%(name)s” and “%(other)s” are two names of the same one. Keep one."),
    "surveys.type_unknown": _("The type “%(name)s” is not known."),
    "surveys.type_missing": _("The question has no type."),
    "surveys.select_without_list": _("“%(type)s” must be followed by the name of a list of the sheet “choices”."),
    "surveys.list_unknown": _("The list “%(name)s” is not on the sheet “%(other)s”. Check its name, or add it."),
    "surveys.list_column_missing": _("The file “%(other)s” has no column “%(name)s”."),
    "surveys.list_file_missing": _(
        "The list “%(name)s” was not sent with the form: what reads it stays empty. Add the file before you publish."
    ),
    "surveys.choices_not_repeated": _(
        "The choices are the answers to “%(name)s”, which must stand in a group asked several times (begin_repeat)."
    ),
    "surveys.choices_quoted_by_several": _(
        "Among the answers to “%(name)s” one only can be chosen: write select_one, or rank to put them in order."
    ),
    "surveys.reference_repaired": _("“$(%(name)s)” is read as “${%(name)s}”: correct it in your file."),
    "surveys.moment_quoted": _("“%(text)s” is read as the text '%(text)s': put it between quotation marks."),
    "surveys.filter_without_language": _("The filter reads “%(other)s”: it cannot read one language (“%(name)s”)."),
    "surveys.function_unknown": _("The function “%(name)s” is not known here: this rule says and computes nothing."),
    "surveys.audit_kept": _("The form asks for “audit”: the time spent on each page is kept with the answers."),
    "surveys.sheet_ignored": _("The sheet “%(name)s” is for programs of telephones: it is left aside."),
    "surveys.timeline_without_date": _(
        "“%(name)s” asks for a timeline and holds no date: its cards stay in their order."
    ),
    "surveys.choice_never_shown": _(
        "The choice “%(name)s” (list “%(list)s”) is never shown: no answer to %(other)s fits its column “%(header)s”."
    ),
    "surveys.label_missing": _("The question “%(name)s” has neither a label nor a hint."),
    "surveys.trigger_unseen": _(
        "The calculation “%(name)s” waits for a question that nobody sees: choose a question that is shown."
    ),
    "surveys.name_missing": _("The question has no name."),
    "surveys.name_malformed": _(
        "The name “%(name)s” cannot be used: begin with a letter, then letters, digits, hyphens, no spaces."
    ),
    "surveys.name_repeated": _(
        "The name “%(name)s” is already that of row %(other)s in the same group. Give each its own."
    ),
    "surveys.repeat_name_repeated": _("The name of a repeated group must stand only once in the form."),
    "surveys.name_reserved": _("The name “meta” is reserved. Choose another."),
    "surveys.group_not_closed": _("The group “%(name)s” is opened and never closed: add “end_%(type)s”."),
    "surveys.group_not_opened": _("“end_%(type)s” closes a group that was not opened."),
    "surveys.group_closed_by_other": _(
        "“end_%(type)s” closes “%(name)s”, opened on row %(opened)s as a %(other)s: write “end_%(other)s”."
    ),
    "surveys.choice_without_name": _("A choice of the list “%(list)s” has no name."),
    "surveys.choice_name_spaced": _("The name of choice “%(name)s” (list “%(list)s”) has a space: put an underscore."),
    "surveys.choice_repeated": _("The choice “%(name)s” stands twice in the list “%(list)s”."),
    "surveys.choices_wrong": _("A choice of this sheet is not complete."),
    "surveys.choice_filter_wrong": _("The choice filter cannot be used here."),
    "surveys.calculation_missing": _("The calculation “%(name)s” has no formula in the column “calculation”."),
    "surveys.reference_unknown": _("“${%(name)s}” names no question of this form. Check the name."),
    "surveys.reference_ambiguous": _("“${%(name)s}” names several questions: give each its own name."),
    "surveys.reference_malformed": _("A reference must be written ${name}."),
    "surveys.parameters_wrong": _("The parameters cannot be read: write them as key=value, with numbers that fit."),
    "surveys.cycle": _("These questions wait for each other: %(path)s. Break the circle."),
    "surveys.form_refused_by_checker": _("The form is refused by the XLSForm checker: %(detail)s"),
    "surveys.form_unreadable": _("The form cannot be converted (%(detail)s). Compare it with the XLSForm model."),
    "surveys.appearance_ignored": _("The appearance “%(name)s” is ignored."),
    "surveys.arithmetic_on_empty": _(
        "“${%(name)s}” may be empty: the result will then be empty. Use coalesce(${%(name)s}, 0) if you want zero."
    ),
    "surveys.choice_column_unused": _("The column “%(name)s” of the choices is used by no filter."),
    "surveys.choice_without_label": _("The choice “%(name)s” (list “%(list)s”) has no label: its name will be shown."),
    "surveys.column_unknown": _(
        "The column “%(name)s” is not known; it is kept with the questions and changes nothing."
    ),
    "surveys.device_type": _(
        "“%(type)s” (“%(name)s”) is filled in by telephone applications; on a web page it stays empty."
    ),
    "surveys.group_renamed": _("The group “%(name)s” has a reserved name: it becomes “%(other)s”."),
    "surveys.list_unused": _("The list “%(name)s” is used by no question."),
    "surveys.faces_not_shown": _(
        "The faces of “%(name)s” are not shown: they stand beside two to %(limit)s choices of a select_one."
    ),
    "surveys.faces_unknown": _("“%(name)s”: write sad-first or happy-first to show faces."),
    "surveys.gentle_without_constraint": _("“%(name)s”: tresse::gentle does nothing without a constraint."),
    "surveys.medium_not_shown": _("“%(name)s” is not shown: the name of a file cannot quote an answer."),
    "surveys.video_not_shown": _("The film “%(name)s” is not shown: write its address (https://…), not a file."),
    "surveys.nothing_to_answer": _("No question of this form waits for an answer."),
    "surveys.or_other_untranslated": _(
        "“or_other” adds an answer “Other”, in English in these languages: %(language)s. Add it to the list yourself."
    ),
    "surveys.text_without_language": _("The column “%(name)s” names no language: its texts serve for all."),
    "surveys.translation_column_missing": _("The column “%(name)s” is missing for “%(language)s”."),
    "surveys.translation_missing": _("The translation into “%(language)s” is missing."),
}

# --- expressions (surveys/expressions) ---
EXPRESSIONS: dict[str, str] = {
    "expression.arity": _(
        "The function “%(detail)s” (character %(place)s) is given %(count)s values: not the number it takes."
    ),
    "expression.digest": _("“%(detail)s” is not a fingerprint or an encoding known here."),
    "expression.empty": _("The expression is empty."),
    "expression.nodes_expected": _("An answer is expected here, not the value “%(detail)s”."),
    "expression.number_too_large": _("The number at character %(place)s is too large."),
    "expression.one_node": _("The function “%(detail)s” is about one answer, and several were found."),
    "expression.pairs": _("The function “%(detail)s” takes its values in pairs: one is missing."),
    "expression.regex": _(
        "The pattern “%(detail)s” cannot be used: it is badly formed, too long, or looks around itself (?=…), \\1."
    ),
    "expression.syntax": _("The expression cannot be read at character %(place)s, at “%(detail)s”."),
    "expression.text_too_long": _("The expression makes a text longer than %(limit)s characters."),
    "expression.too_costly": _("The expression looks at more than %(limit)s answers: it must be made simpler."),
    "expression.too_deep": _("The expression has more than %(limit)s levels of brackets: it must be made simpler."),
    "expression.too_long": _("The expression has %(length)s characters; the limit is %(limit)s."),
    "expression.tree": _("The expression kept here is damaged, at “%(detail)s”."),
    "expression.unclosed_text": _("The quotation mark at character %(place)s is never closed."),
    "expression.unfinished": _("The expression stops before its end, at character %(place)s."),
    "expression.unknown_axis": _("“%(detail)s::” (character %(place)s) is not a direction of XPath."),
    "expression.unknown_function": _("The function “%(detail)s” is not known (character %(place)s)."),
}
SENTENCES |= EXPRESSIONS
SENTENCES |= lss.SENTENCES
# --- end of expressions ---


class _Details(dict[str, Any]):
    """Details of a problem; what a sentence names and the problem lacks is left out rather than an error."""

    def __missing__(self, key: str) -> str:
        return ""


def word_remark(code: str, details: Mapping[str, Any], *, sheet: str = "", row: int = 0, column: str = "") -> str:
    """Return the sentence of a remark about a form, after the place it is about.

    Takes the parts of surveys.xlsform.Problem, or what a version keeps of one in its warnings.
    """
    known = _Details({"sheet": sheet, "row": row, "column": column, **details, **lss.words_of(details)})
    template = gettext(SENTENCES[code])
    sentence: str = (template % known).strip()
    if details.get("close"):
        sentence = gettext("%(sentence)s Close to it: “%(close)s”.", sentence=sentence, close=details["close"])
    if sheet and row and column:
        place = _("Sheet %(sheet)s, row %(row)s, column %(column)s: %(sentence)s")
    elif sheet and row:
        place = _("Sheet %(sheet)s, row %(row)s: %(sentence)s")
    elif sheet:
        place = _("Sheet %(sheet)s: %(sentence)s")
    else:
        return lss.with_place(sentence, details, names_language="%(language)s" in template)
    worded: str = gettext(place, sheet=sheet, row=row, column=column, sentence=sentence)
    return worded
