"""Answers as tables that people open, and as JSON that programs read."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.datafiles.orders import Format, Scope
from app.datafiles.work import Made, Work
from app.reports.words import gettext as _
from core.clock import now
from core.tables import PLAIN, SPREADSHEET
from surveys.answers import ResponseRow
from surveys.datafiles.collecting import Answers
from surveys.datafiles.names import FILE_NAMES, valid_names
from surveys.datafiles.sources import Source
from surveys.exports import SheetNames, write_csv, write_workbook
from surveys.models import ResponseMode, ResponseState
from surveys.repeated import repeat_tables

JSON_FORMAT = "tresse-answers"
JSON_SCHEMA = 1


def _rows(work: Work, source: Source, place: int, count: int) -> Iterator[ResponseRow]:
    for row in work.read(source, start=place / count, end=(place + 1) / count):
        yield _as_response(row)


def _as_response(row: Answers) -> ResponseRow:
    known = row.context
    return ResponseRow(
        response_id=row.response_id,
        participant_id=None,
        pseudonym=known["participant"],
        **{name: known[name] for name in ("site", "arm", "wave", "locale")},
        state=ResponseState(known["state"]),
        mode=ResponseMode(known["mode"]),
        started_at=known["started_at"],
        submitted_at=known["submitted_at"],
        answers=row.values,
        missing=row.missing,
    )


def write_csv_files(work: Work, sources: Sequence[Source], path: Path) -> Made:
    """Write one CSV a questionnaire, and one a repeated group."""
    style = PLAIN if work.order.format is Format.PLAIN_CSV else SPREADSHEET
    total = _Counter()
    parts = [
        (f"{name}_{table.repeat.key}" if table else name, source, table)
        for name, source in zip(_names(sources), sources, strict=True)
        for table in (None, *repeat_tables(source.merged.definition))
    ]
    names = valid_names((name for name, _source, _table in parts), FILE_NAMES)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for place, (name, (_wanted, source, table)) in enumerate(zip(names, parts, strict=True)):
            rows = _rows(work, source, place, len(parts))
            lines = write_csv(source.merged.definition, rows if table else total.count(rows), style=style, table=table)
            with bundle.open(f"{name}.csv", "w") as binary, io.TextIOWrapper(binary, "utf-8", newline="") as file:
                file.writelines(lines)
    return Made(total.number)


def write_workbooks(work: Work, sources: Sequence[Source], path: Path) -> Made:
    """Write one workbook, or one a questionnaire for a whole study."""
    total = _Counter()
    if work.order.scope is not Scope.STUDY:
        path.write_bytes(_workbook(work, sources[0], total.count(_rows(work, sources[0], 0, 1))))
        return Made(total.number)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for place, (name, source) in enumerate(zip(_names(sources), sources, strict=True)):
            rows = total.count(_rows(work, source, place, len(sources)))
            bundle.writestr(f"{name}.xlsx", _workbook(work, source, rows))
    return Made(total.number)


def _workbook(work: Work, source: Source, rows: Iterator[ResponseRow]) -> bytes:
    return write_workbook(source.merged.definition, rows, locale=work.order.locale, names=sheet_names())


def sheet_names() -> SheetNames:
    """Return the words of a workbook in the language in force."""
    return SheetNames(
        answers=_("answers"),
        labels=_("labels"),
        codebook=_("codebook"),
        not_asked=_("not asked"),
        refused=_("refused"),
        unknown=_("does not know"),
        illegible=_("cannot be read"),
    )


def _names(sources: Sequence[Source]) -> list[str]:
    return valid_names((source.key for source in sources), FILE_NAMES)


class _Counter:
    """Counts what passes."""

    def __init__(self) -> None:
        self.number = 0

    def count(self, rows: Iterator[ResponseRow]) -> Iterator[ResponseRow]:
        for row in rows:
            self.number += 1
            yield row


def write_json(work: Work, sources: Sequence[Source], path: Path) -> Made:
    """Write the questionnaires as they are defined, and their responses; docs/method/exports.md describes it.

    One response a line, so that the file can be read without holding it whole.
    """
    count = 0
    with path.open("w", encoding="utf-8") as file:
        head = {
            "format": JSON_FORMAT,
            "schema": JSON_SCHEMA,
            "made_at": now().isoformat(timespec="seconds"),
            "study": {"key": work.study.key, "title": work.study.title},
        }
        file.write(_dump(head)[:-1] + ',"questionnaires":[\n')
        for place, source in enumerate(sources):
            file.write(",\n" if place else "")
            about = {
                "key": source.key,
                "title": source.title,
                "collections": list(source.collections),
                "definition": source.merged.definition.to_json(),
            }
            file.write(_dump(about)[:-1] + ',"responses":[')
            rows = work.read(source, start=place / len(sources), end=(place + 1) / len(sources))
            for number, row in enumerate(rows):
                file.write((",\n" if number else "\n") + _dump(_as_json(row)))
                count += 1
            file.write("\n]}")
        file.write("\n]}\n")
    return Made(count)


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=lambda moment: moment.isoformat())


def _as_json(row: Answers) -> dict[str, Any]:
    return {
        **row.context,
        "answers": dict(row.values),
        "missing": {name: absence.value for name, absence in row.missing.items()},
    }
