"""The list of people, as file and as sentences."""

import csv
import io
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from app.wording import word_code
from studies.listing import ListProblem
from studies.queries import PersonLine

SHOWN_PROBLEMS = 50
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
INVISIBLE = "\ufeff\u200b\u00a0 "


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
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        ["pseudonym", "population", "site", "arm", "stratum", "state", "took_up", *map(harmless, attributes)]
    )
    for person in people:
        cells = (
            person.pseudonym,
            person.population,
            person.site,
            person.arm,
            person.stratum,
            person.state.value,
            "yes" if person.took_up else "no",
            *(person.attributes.get(name, "") for name in attributes),
        )
        writer.writerow([harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def harmless(cell: object) -> str:
    """Return the cell so that no spreadsheet runs it: text that begins like a formula gets an apostrophe."""
    text = str(cell)
    if isinstance(cell, int | float) or not text.lstrip(INVISIBLE).startswith(FORMULA_SIGNS):
        return text
    return "'" + text
