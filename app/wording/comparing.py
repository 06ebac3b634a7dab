"""What changed between two versions of a questionnaire, in words, and what it means for comparing their answers."""

from flask_babel import gettext as _

from app.wording.forms import field_name
from surveys.comparison import Change, ChangeKind, Consequence

# Fields of definitions, and what the editor calls them.
_FIELDS = {
    "labels": "label",
    "hints": "hint",
    "constraint_messages": "constraint_message",
    "required_messages": "required_message",
}


def word_consequence(consequence: Consequence) -> str:
    """Return what a change means for the series of answers."""
    names = {
        Consequence.KEPT: _("nothing changes for comparing"),
        Consequence.CAREFUL: _("compare with care"),
        Consequence.BROKEN: _("not comparable before and after"),
        Consequence.BEGINS: _("the series begins here"),
        Consequence.ENDS: _("the series ends here"),
    }
    return str(names[consequence])


def consequence_tone(consequence: Consequence) -> str:
    """Return how a badge shows it."""
    tones = {Consequence.KEPT: "neutral", Consequence.CAREFUL: "warning", Consequence.BROKEN: "danger"}
    return tones.get(consequence, "info")


def explain_consequence(consequence: Consequence) -> str:
    """Return what to do about it."""
    sentences = {
        Consequence.KEPT: _("Answers before and after are put side by side without more."),
        Consequence.CAREFUL: _("The question keeps its name; a difference between waves may come from this change."),
        Consequence.BROKEN: _("Answers before and after do not measure the same thing: show them apart."),
        Consequence.BEGINS: _("Earlier waves have no answer to it."),
        Consequence.ENDS: _("Later waves have no answer to it."),
    }
    return str(sentences[consequence])


def word_change(change: Change, language: str) -> str:
    """Return what changed; the texts before and after stand beside it.

    Args: language: the name of the language of the text, "" where it has none.
    """
    what = _field(change)
    sentences = {
        ChangeKind.ADDED: _("Added"),
        ChangeKind.REMOVED: _("Taken out"),
        ChangeKind.RENAMED: _("Other name in the data"),
        ChangeKind.MOVED: _("Moved"),
        ChangeKind.REWORDED: _("Words changed: %(what)s", what=what),
        ChangeKind.TRANSLATED: _("Translation added: %(what)s", what=what),
        ChangeKind.UNTRANSLATED: _("Translation taken out: %(what)s", what=what),
        ChangeKind.TYPE: _("Other kind of answer"),
        ChangeKind.PARAMETERS: _("Setting changed: %(what)s", what=what),
        ChangeKind.CHOICE_ADDED: _("Answer added"),
        ChangeKind.CHOICE_REMOVED: _("Answer taken out"),
        ChangeKind.CHOICE_RECODED: _("Other code for an answer"),
        ChangeKind.CHOICE_REWORDED: _("Words of an answer changed"),
        ChangeKind.CHOICES_MOVED: _("Answers in another order"),
        ChangeKind.RULE: _("Rule changed: %(what)s", what=what),
        ChangeKind.MEDIA: _("Picture or sound changed"),
        ChangeKind.APPEARANCE: _("Look changed"),
        ChangeKind.LANGUAGE_ADDED: _("Language added"),
        ChangeKind.LANGUAGE_REMOVED: _("Language taken out"),
        ChangeKind.TITLE: _("Title changed"),
    }
    sentence = str(sentences[change.kind])
    return str(_("%(sentence)s (%(language)s)", sentence=sentence, language=language)) if language else sentence


def _field(change: Change) -> str:
    return field_name(_FIELDS.get(change.field, change.field))
