"""What the program of a phone says by itself, in the language of the page around it; it fills the places `%(name)s`."""

from flask_babel import gettext as _

from app.components.answer_words import rule_sentences, type_sentences


def words() -> dict[str, object]:
    """Return the words, most of them those of the server's pages."""
    return {
        "saved": _("Saved on this phone at %(time)s. It is sent as soon as there is a network."),
        "stored": _("Your answers are saved."),
        "sent": _("Sent on %(day)s at %(time)s"),
        "receipt": _("Sent on %(day)s at %(time)s, receipt %(code)s"),
        "kept": _("Arrived on %(day)s at %(time)s. The team will look at it."),
        "clock": _("%(hour)s:%(minute)s"),
        "now": _("Send now"),
        "review": _("Save and go back to the check"),
        "full": _("There is no room left on this phone. Stay on this page until your answers are sent."),
        "fragile": _("This phone may forget them: do not wait too long."),
        "portal": _("The network here first wants something of you. Open another page, then come back."),
        "choose": _("Choose yes or no."),
        "hidden": _("Hidden while somebody helps"),
        "who": _("Say who helps."),
        "helps": _("Somebody helps me to answer"),
        "helped": _("Somebody helps me: change"),
        "error": _("Error:"),
        "wrong": _("Something is missing or does not fit"),
        "right": _("Is this right?"),
        "ifRight": _("If it is, press “Continue” again. If not, change your answer."),
        "check": _("To check:"),
        "none": _("No answer"),
        "unknown": _("I don't know"),
        "refused": _("I would rather not answer"),
        "OK": _("Read and agreed"),
        "file": _("A file"),
        "card": _("%(list)s, %(number)s"),
        "around": _("%(name)s (%(number)s of %(count)s)"),
        "nobody": _("None"),
        "cards": _("%(count)s: %(names)s"),
        "off": _("Write a number between %(low)s and %(high)s."),
        "faults": {**rule_sentences(), **type_sentences()},
    }
