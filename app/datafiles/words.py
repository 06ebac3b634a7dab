"""The words of data files, in the language in force."""

from app.components.rich_text import plain
from app.reports.words import gettext as _
from surveys.datafiles.fact_tables import DETAILS, PAGES
from surveys.datafiles.variables import Absence, Words
from surveys.helping import Helper, PhoneHolder
from surveys.models import ResponseMode, ResponseState
from surveys.presentation import Look


def file_words() -> Words:
    """Return the words of variables and values."""
    return Words(
        plain=plain,
        absences={
            Absence.NOT_ASKED: _("not asked"),
            Absence.EMPTY: _("left empty"),
            Absence.ILLEGIBLE: _("cannot be read"),
            Absence.REFUSED: _("refused"),
            Absence.UNKNOWN: _("does not know"),
        },
        given=_("an answer"),
        ticked=_("ticked"),
        not_ticked=_("not ticked"),
        place=_("place"),
        status=_("state of the answer"),
        occurrence=_("number of the occurrence"),
        occurrences=_("number of occurrences"),
        yes=_("yes"),
        no=_("no"),
        context=context_words() | fact_words(),
        tables={DETAILS: _("How answers were given"), PAGES: _("Pages of the responses")},
        values=value_words(),
    )


def context_words() -> dict[str, str]:
    """Return the names of what is known of a response besides its answers."""
    return {
        "response_id": _("Identifier of the response"),
        "participant": _("Pseudonym"),
        "population": _("Population"),
        "site": _("Site"),
        "arm": _("Arm"),
        "wave": _("Wave"),
        "collection": _("Collection"),
        "version": _("Version of the questionnaire"),
        "state": _("State"),
        "mode": _("How it was answered"),
        "helper": _("Who helped"),
        "holder": _("Who held the phone"),
        "locale": _("Language"),
        "started_at": _("Started on (universal time)"),
        "submitted_at": _("Sent on (universal time)"),
    }


def fact_words() -> dict[str, str]:
    """Return the names of what is known of how answers were given."""
    return {
        "item": _("Question"),
        "shown": _("How its choices stood on the page"),
        "confirmed": _("Unusual answer, which the person said is right"),
        "page": _("Page"),
        "saved_at": _("Page saved last on (universal time)"),
        "seconds": _("Seconds since the page before, pauses of over 30 minutes left out"),
        "read_aloud": _("Page read aloud to the person"),
    }


def value_words() -> dict[str, dict[str, str]]:
    """Return the words of some values, by the name of what they are values of."""
    return {
        "state": {
            ResponseState.STARTED.value: _("started, not sent"),
            ResponseState.SUBMITTED.value: _("sent"),
            ResponseState.WITHDRAWN.value: _("taken back"),
        },
        "mode": {mode.value: mode_name(mode) for mode in ResponseMode},
        "helper": {
            Helper.PROFESSIONAL.value: _("a professional who accompanies the person"),
            Helper.OTHER_PROFESSIONAL.value: _("another professional"),
            Helper.RELATIVE.value: _("family or a friend"),
            Helper.INTERPRETER.value: _("an interpreter"),
            Helper.FACILITATOR.value: _("the facilitator of the session"),
        },
        "holder": {PhoneHolder.PERSON.value: _("the person"), PhoneHolder.HELPER.value: _("the helper")},
        "shown": {
            **{look.value: _("words alone") for look in Look},
            Look.PICTURES.value: _("pictures above the words"),
            Look.FACES.value: _("faces above the words"),
        },
    }


def mode_name(mode: ResponseMode) -> str:
    """Return how a response was answered."""
    names = {
        ResponseMode.ALONE: _("alone"),
        ResponseMode.HELPED: _("with help"),
        ResponseMode.FILLED_FOR: _("filled in for the person"),
        ResponseMode.PAPER: _("on paper"),
        ResponseMode.IMPORTED: _("brought in from a file"),
    }
    return names[mode]
