"""The list of people, as file and as sentences."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from app.wording import word_code
from core.tables import Table, to_csv
from studies.listing import ListProblem
from studies.queries import PersonLine

SHOWN_PROBLEMS = 50
COLUMNS = ("pseudonym", "population", "site", "arm", "stratum", "state", "took_up", "drawn_on", "entered_on")


def problem_sentences(problems: Sequence[ListProblem]) -> tuple[str, ...]:
    """Return what is wrong, one sentence a cell, the first fifty."""
    sentences = [
        word_code(
            problem.code, {"row": problem.row, "column": problem.column or _("(no heading)"), "value": problem.value}
        )
        for problem in problems[:SHOWN_PROBLEMS]
    ]
    rest = len(problems) - SHOWN_PROBLEMS
    if rest > 0:
        sentences.append(ngettext("And %(num)s more.", "And %(num)s more.", rest))
    return tuple(sentences)


def export_csv(people: Sequence[PersonLine]) -> bytes:
    """Return the list as UTF-8 CSV with a mark and semicolons, as French spreadsheets open it."""
    attributes = sorted({name for person in people for name in person.attributes})
    rows = tuple(
        (
            person.pseudonym,
            person.population,
            person.site,
            person.arm,
            person.stratum,
            person.state.value,
            "yes" if person.took_up else "no",
            person.drawn_on,
            person.entered_on,
            *(person.attributes.get(name, "") for name in attributes),
        )
        for person in people
    )
    return to_csv(Table("participants", (*COLUMNS, *attributes), rows))
