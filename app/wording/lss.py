"""Sentences for what the import of a LimeSurvey survey leaves aside, and where."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "surveys.lss_not_a_survey": _(
        "This LimeSurvey file holds no whole survey (%(kind)s). In LimeSurvey, export the survey structure (.lss)."
    ),
    "surveys.lss_too_long": _("The survey is too long to be read here: at most %(questions)s questions."),
    "surveys.lss_answer_without_code": _("An answer has no code: it is left out."),
    "surveys.lss_approximate": _("In “%(source)s”, %(name)s() also makes one space of several here."),
    "surveys.lss_assessment": _("The assessment “%(name)s” is not taken over. The values of the answers are kept."),
    "surveys.lss_default_languages": _("The default answer differs by language: the one in “%(language)s” is used."),
    "surveys.lss_element": _("A part of the text is left out, its words are kept: <%(name)s> (%(role)s)."),
    "surveys.lss_end_text": _("The message after sending is not taken over: “%(text)s”"),
    "surveys.lss_end_url": _("The address opened after sending is not taken over: %(name)s"),
    "surveys.lss_expression": _("Not translated (%(role)s): “%(source)s”. %(why)s %(effect)s"),
    "surveys.lss_filter": _("The filter %(name)s names “%(value)s”, which is no question with several parts here."),
    "surveys.lss_lines_shuffled": _("The lines come in the order written, not in a random one."),
    "surveys.lss_looks": _("Options about how a page looks are left aside (number of questions): %(names)s."),
    "surveys.lss_messages": _("The e-mails (invitation, reminder, confirmation) are not taken over."),
    "surveys.lss_no_answers": _("The question has no possible answer: it is left out."),
    "surveys.lss_option": _("The option “%(name)s” (%(value)s) is not taken over."),
    "surveys.lss_pages": _("The survey showed a whole group on one page; here each question has its own page."),
    "surveys.lss_quota": _("The quota “%(name)s” is not taken over: %(limit)s responses at most with %(members)s."),
    "surveys.lss_quota_offered": _(
        "The quota “%(name)s” is offered to each collection of this questionnaire: %(limit)s responses with "
        "%(members)s."
    ),
    "surveys.lss_random_group": _("The random order of the groups “%(name)s” is not taken over."),
    "surveys.lss_renamed": _("The code “%(name)s” becomes “%(other)s”."),
    "surveys.lss_script": _("A script is left out: it cannot run here (%(role)s)."),
    "surveys.lss_settings": _("Settings of the survey that are not taken over: %(names)s."),
    "surveys.lss_soft_mandatory": _(
        "These questions asked once more for an answer without requiring it; here they ask for one, and “I don't know” "
        "or “I would rather not answer” lets people go on: %(names)s."
    ),
    "surveys.lss_table": _("What plugins and themes keep is not taken over (%(name)s)."),
    "surveys.lss_theme": _("The theme of question “%(name)s” is not taken over: the plain form of the question is."),
    "surveys.lss_titles": _("The title has one language here: the one in “%(language)s” is used."),
    "surveys.lss_too_complex": _("Its rules together are too long for an expression here: the question is left out."),
    "surveys.lss_type": _("The type of question “%(type)s” is not taken over: the question is left out."),
    "surveys.lss_unguarded": _(
        "The condition “%(source)s” does not wait here for the questions it looks at to be shown themselves."
    ),
    "surveys.lss_url_parameter": _("The parameter “%(name)s” of the address is not taken over."),
    "surveys.lss_word": _("The word “%(name)s”, which LimeSurvey adds by itself, stays in English."),
}

_REASONS: dict[str, str] = {
    "arguments": _("The function %(detail)s() is used in a way that has no counterpart here."),
    "assignment": _("It gives a value to another question (%(detail)s)."),
    "date_format": _("The letter “%(detail)s” of the date format has no counterpart here."),
    "function": _("The function %(detail)s() has no counterpart here."),
    "limit": _("It is too long or too deep for an expression here."),
    "mixed": _("It mixes text and computed values."),
    "order": _("It puts texts in alphabetical order (%(detail)s)."),
    "pattern": _("The pattern looks around itself or is badly formed."),
    "several": _("“%(detail)s” stands for several answers."),
    "suffix": _("The property “%(detail)s” has no counterpart here."),
    "syntax": _("It cannot be read at “%(detail)s”."),
    "variable": _("“%(detail)s” is not known here."),
}
_ROLES: dict[str, str] = {
    "answer": _("an answer"),
    "default": _("default answer"),
    "description": _("description of the group"),
    "equation": _("equation"),
    "filter": _("filter of the answers"),
    "help": _("help text"),
    "label": _("question"),
    "option": _("option"),
    "preg": _("pattern"),
    "relevance": _("condition of display"),
    "script": _("script of the question"),
    "text": _("text"),
}
_EFFECTS: dict[str, str] = {
    "equation": _("The value stays empty."),
    "filter": _("All the answers are shown."),
    "relevance": _("It is shown to everybody."),
    "text": _("“…” stands in its place."),
}


def words_of(details: Mapping[str, Any]) -> dict[str, str]:
    """Return the words of what a remark names by a code: why, in which text, with what effect."""
    role, reason = str(details.get("role", "")), str(details.get("reason", ""))
    known = {"detail": details.get("detail", "")}
    if not role:
        return {}
    return {
        "role": gettext(_ROLES[role]) if role in _ROLES else role,
        "why": gettext(_REASONS[reason]) % known if reason in _REASONS else "",
        "effect": gettext(_EFFECTS[role]) if role in _EFFECTS else "",
    }


def with_place(sentence: str, details: Mapping[str, Any], *, names_language: bool) -> str:
    """Return a sentence after the question, group and language it is about, unless it names the language itself."""
    question, group, language = (details.get(name, "") for name in ("question", "group", "language"))
    places = [
        gettext("question %(code)s", code=question) if question else "",
        gettext("group “%(name)s”", name=group) if group else "",
        gettext("language %(tag)s", tag=language) if language and not names_language else "",
    ]
    place = ", ".join(part for part in places if part)
    if not place:
        return sentence
    return str(gettext("%(place)s: %(sentence)s", place=place[:1].upper() + place[1:], sentence=sentence))
