"""Make the file of an order from the database, step by step so that a page can say how far it is."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.datafiles.documents import write_codebook, write_ddi
from app.datafiles.orders import Format, Order, Scope
from app.datafiles.plain import write_csv_files, write_json, write_workbooks
from app.datafiles.words import file_words
from app.datafiles.work import Made, Report, Work
from app.i18n import LOCALES
from app.reports.words import gettext as _
from app.reports.words import ngettext
from core.tables import Table, to_csv
from studies.models import Study
from surveys.datafiles.collecting import Collector, DataTable
from surveys.datafiles.fact_tables import FactCollector
from surveys.datafiles.names import FILE_NAMES, valid_names
from surveys.datafiles.sources import (
    Source,
    collection_source,
    context_variables,
    questionnaire_source,
    study_sources,
)
from surveys.datafiles.statistical import Written, write_dta, write_sav
from surveys.datafiles.variables import CODED_ABSENCES, Role


def make_file(session: Session, order: Order, path: Path, report: Report) -> Made:
    """Make the file; it appears under its name only when it is whole.

    Raises: NotFound: the collection or questionnaire is gone.
    """
    study = session.get_one(Study, order.study_id)
    language = order.locale.split("-", maxsplit=1)[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with force_locale(language if language in LOCALES else study.locale):
        work = Work(session, order, study, file_words(), report)
        made = _MAKERS[order.format](work, _sources(session, order), part)
    part.replace(path)
    return made


def _sources(session: Session, order: Order) -> list[Source]:
    if order.scope is Scope.STUDY:
        return study_sources(session, order.study_id)
    assert order.target_id is not None
    find = collection_source if order.scope is Scope.COLLECTION else questionnaire_source
    return [find(session, order.study_id, order.target_id)]


def _write_statistical(work: Work, sources: Sequence[Source], path: Path) -> Made:
    """Write a data file for each questionnaire and each of its repeats, the codebook that leads back, and a note."""
    ending = "sav" if work.order.format is Format.SPSS else "dta"
    lines: list[tuple[str, ...]] = []
    cut = responses = 0
    names = valid_names((source.key for source in sources), FILE_NAMES)
    with TemporaryDirectory(dir=path.parent) as folder, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for place, (name, source) in enumerate(zip(names, sources, strict=True)):
            tables = _collect(work, source, place, len(sources))
            responses += len(tables[0])
            for table in tables:
                file = _file_name(f"{name}_{table.name}" if table.name else name, ending, bundle.namelist())
                written = _write_table(work, table, Path(folder) / "data")
                cut += sum(each.cut for each in written)
                lines += _codebook_lines(work, file, written)
                bundle.write(Path(folder) / "data", file)
            work.say(0.7 + 0.25 * (place + 1) / len(sources), "export.step_write")
        codebook = Table(_("codebook"), _codebook_headings(), tuple(lines))
        bundle.writestr(f"{codebook.name}.csv", to_csv(codebook))
        remarks = _remarks(cut)
        bundle.writestr(_("read_me") + ".txt", _read_me(work, remarks).encode("utf-8-sig"))
    return Made(responses, remarks)


def _file_name(name: str, ending: str, taken: Sequence[str]) -> str:
    file, number = f"{name}.{ending}", 1
    while file in taken:
        number += 1
        file = f"{name}_{number}.{ending}"
    return file


def _collect(work: Work, source: Source, place: int, count: int) -> list[DataTable]:
    context = context_variables(source, work.words)
    collector = Collector(source.merged.definition, work.order.locale, work.words, context)
    facts = FactCollector(work.words)
    for row in work.read(source, start=0.7 * place / count, end=0.7 * (place + 1) / count):
        collector.add(row)
        facts.add(row)
    return [*collector.tables, *facts.tables]


def _write_table(work: Work, table: DataTable, path: Path) -> list[Written]:
    if work.order.format is Format.STATA:
        return write_dta(table, path, absences=work.words.absences)
    notes = [f"{code}: {work.words.absences[absence]}" for absence in CODED_ABSENCES for code in (absence.code,)]
    return write_sav(table, path, absences=work.words.absences, notes=notes)


def _codebook_headings() -> tuple[str, ...]:
    return (
        _("File"),
        _("Variable"),
        _("Name in the questionnaire"),
        _("Type"),
        _("Measure"),
        _("Label"),
        _("Value"),
        _("Name of the choice"),
        _("Meaning"),
    )


def _codebook_lines(work: Work, file: str, written: Sequence[Written]) -> Iterator[tuple[str, ...]]:
    """Yield a line for each variable, then one for each of its values: what leads back to the form."""
    for each in written:
        variable = each.variable
        yield (
            file, each.name, variable.header, variable.kind.value, variable.measure.value, variable.label, "", "", "",
        )  # fmt: skip
        names = {code: name for name, code in variable.codes.items()}
        for code, meaning in variable.value_labels.items():
            yield file, each.name, variable.header, "", "", "", str(code), names.get(code, ""), meaning
        for absence, value in each.absence_codes.items():
            sign = f".{value}" if isinstance(value, str) else str(value)
            yield file, each.name, variable.header, "", "", "", sign, "", work.words.absences[absence]
        if variable.role is Role.STATUS:
            for absence in CODED_ABSENCES:
                yield file, each.name, variable.header, "", "", "", str(absence.code), "", work.words.absences[absence]


def _remarks(cut: int) -> tuple[str, ...]:
    if not cut:
        return ()
    sentence = ngettext(
        "%(num)s text was too long for SPSS and was cut: the CSV and JSON files have it whole.",
        "%(num)s texts were too long for SPSS and were cut: the CSV and JSON files have them whole.",
        cut,
    )
    return (sentence,)


def _read_me(work: Work, remarks: Sequence[str]) -> str:
    is_spss = work.order.format is Format.SPSS
    lines = [
        work.study.title,
        "",
        _("One line a response in the file of each questionnaire; one line an occurrence in those of repeated groups."),
        _("They are joined by the variable response_id, then by the numbers of the occurrences."),
        _("Answers to questions of several choices are 0 or 1, one variable a choice; ranks are places, 1 is first."),
        _("A question that was not asked is an empty cell. The other absences:"),
        *(
            f"  {absence.code if is_spss else '.' + absence.letter}  {work.words.absences[absence]}"
            for absence in CODED_ABSENCES
        ),
        _("Beside texts, dates and times a variable ending in _status tells these absences apart."),
        _("The codebook leads from each variable to the question, and from each number to its choice."),
        *remarks,
    ]
    return "\r\n".join(lines) + "\r\n"


_MAKERS: dict[Format, Callable[[Work, Sequence[Source], Path], Made]] = {
    Format.SPSS: _write_statistical,
    Format.STATA: _write_statistical,
    Format.CSV: write_csv_files,
    Format.PLAIN_CSV: write_csv_files,
    Format.XLSX: write_workbooks,
    Format.JSON: write_json,
    Format.DDI: write_ddi,
    Format.CODEBOOK: write_codebook,
}
