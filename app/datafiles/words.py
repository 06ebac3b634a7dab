"""The words of data files, in the language in force."""

from app.components.rich_text import plain
from app.reports.words import gettext as _
from surveys.datafiles.variables import Absence, Words
from surveys.models import ResponseMode, ResponseState


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
        context={
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
            "locale": _("Language"),
            "started_at": _("Started on (universal time)"),
            "submitted_at": _("Sent on (universal time)"),
        },
        values={
            "state": {
                ResponseState.STARTED.value: _("started, not sent"),
                ResponseState.SUBMITTED.value: _("sent"),
                ResponseState.WITHDRAWN.value: _("taken back"),
            },
            "mode": {mode.value: mode_name(mode) for mode in ResponseMode},
        },
    )


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
