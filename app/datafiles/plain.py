"""Answers as tables that people open, and as JSON that programs read."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.datafiles.orders import Format, Scope
from app.datafiles.words import context_words, fact_words, value_words
from app.datafiles.work import Made, Work
from app.reports.words import gettext as _
from core.clock import now
from core.tables import PLAIN, SPREADSHEET
from surveys.answers import ResponseRow
from surveys.datafiles.collecting import Answers
from surveys.datafiles.fact_tables import HEADERS, fact_lines
from surveys.datafiles.names import FILE_NAMES, valid_names
from surveys.datafiles.sources import Source
from surveys.exports import LineTable, SheetNames, write_csv, write_lines, write_workbook
from surveys.models import ResponseMode, ResponseState
from surveys.repeated import repeat_tables

JSON_FORMAT = "tresse-answers"
JSON_SCHEMA = 1


_Facts = dict[str, LineTable]


def _no_facts() -> _Facts:
    return {name: LineTable(headers, []) for name, headers in HEADERS.items()}


def _rows(work: Work, source: Source, place: int, count: int, facts: _Facts | None = None) -> Iterator[ResponseRow]:
    """Yield the responses; how they were given is put in `facts` on the way."""
    for row in work.read(source, start=place / count, end=(place + 1) / count):
        for name, table in (facts or {}).items():
            table.lines += fact_lines(name, row)
        yield _as_response(row)


def _as_response(row: Answers) -> ResponseRow:
    known = row.context
    return ResponseRow(
        response_id=row.response_id,
        participant_id=None,
        pseudonym=known["participant"],
        **{name: known[name] for name in ("site", "arm", "wave", "helper", "holder", "locale")},
        state=ResponseState(known["state"]),
        mode=ResponseMode(known["mode"]),
        started_at=known["started_at"],
        submitted_at=known["submitted_at"],
        answers=row.values,
        missing=row.missing,
    )


def write_csv_files(work: Work, sources: Sequence[Source], path: Path) -> Made:
    """Write one CSV a questionnaire, one a repeated group, and what there is to say of how answers were given."""
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
            facts = None if table else _no_facts()
            rows = _rows(work, source, place, len(parts), facts)
            lines = write_csv(source.merged.definition, rows if table else total.count(rows), style=style, table=table)
            with bundle.open(f"{name}.csv", "w") as binary, io.TextIOWrapper(binary, "utf-8", newline="") as file:
                file.writelines(lines)
            for kind, found in (facts or {}).items():
                if found.lines:
                    content = "".join(write_lines(found.headers, found.lines, style=style))
                    bundle.writestr(_free_name(f"{name}_{kind}", [*names, *bundle.namelist()]), content.encode())
    return Made(total.number)


def _free_name(name: str, taken: Sequence[str]) -> str:
    free, number = name, 1
    while free in taken or f"{free}.csv" in taken:
        number += 1
        free = f"{name}_{number}"
    return f"{free}.csv"


def write_workbooks(work: Work, sources: Sequence[Source], path: Path) -> Made:
    """Write one workbook, or one a questionnaire for a whole study."""
    total = _Counter()
    if work.order.scope is not Scope.STUDY:
        facts = _no_facts()
        path.write_bytes(_workbook(work, sources[0], total.count(_rows(work, sources[0], 0, 1, facts)), facts))
        return Made(total.number)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for place, (name, source) in enumerate(zip(_names(sources), sources, strict=True)):
            facts = _no_facts()
            rows = total.count(_rows(work, source, place, len(sources), facts))
            bundle.writestr(f"{name}.xlsx", _workbook(work, source, rows, facts))
    return Made(total.number)


def _workbook(work: Work, source: Source, rows: Iterator[ResponseRow], facts: _Facts) -> bytes:
    names = sheet_names()
    return write_workbook(source.merged.definition, rows, locale=work.order.locale, names=names, more=facts)


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
        context=context_words() | fact_words(),
        values=value_words(),
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
        **{
            name: [dict(zip(headers[1:], line[1:], strict=True)) for line in lines]
            for name, headers in HEADERS.items()
            if (lines := list(fact_lines(name, row)))
        },
    }
