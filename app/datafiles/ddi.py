"""DDI-Codebook 2.5: the study, its files and its variables, as archives of social science read them.

Frequencies follow the disclosure threshold of the study: what is hidden on screen has no `catStat` here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import escape

from app.datafiles.book import Book, BookItem
from app.datafiles.work import Work
from app.reports.words import gettext as _
from core.clock import now
from surveys.datafiles.collecting import Column, DataTable
from surveys.datafiles.names import FILE_NAMES, SPSS_NAMES, valid_names
from surveys.datafiles.statistical import absence_codes
from surveys.datafiles.variables import Absence, Kind, Measure, Role, Variable
from surveys.definition import ItemType

NAMESPACE = "ddi:codebook:2_5"
# What XML 1.0 does not hold, whatever somebody typed.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DOMAINS = {
    ItemType.SELECT_ONE: "category",
    ItemType.SELECT_MULTIPLE: "multiple",
    ItemType.ACKNOWLEDGE: "category",
    ItemType.INTEGER: "numeric",
    ItemType.DECIMAL: "numeric",
    ItemType.RANGE: "numeric",
    ItemType.DATE: "datetime",
    ItemType.TIME: "datetime",
    ItemType.DATETIME: "datetime",
    ItemType.GEOPOINT: "geographic",
    ItemType.TEXT: "text",
}


def ddi_codebook(work: Work, books: Sequence[Book]) -> str:
    """Return the document."""
    files: list[str] = []
    groups: list[str] = []
    variables: list[str] = []
    for name, book in zip(valid_names((book.source.key for book in books), FILE_NAMES), books, strict=True):
        for table in book.tables:
            file_id = f"F{len(files) + 1}"
            files.append(_file(f"{name}_{table.name}" if table.name else name, table, file_id))
            described = _Variables(work, book, table, file_id, first=len(variables) + 1)
            variables += described.elements()
            groups += described.groups(first=len(groups) + 1)
    language = work.order.locale
    attributes = {"xmlns": NAMESPACE, "version": "2.5", "xml:lang": language}
    content = [_document(work), _study(work, books), *files, _element("dataDscr", "".join([*groups, *variables]))]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_element("codeBook", "".join(content), attributes)}\n'


def _element(tag: str, content: str = "", attributes: Mapping[str, Any] | None = None) -> str:
    """Return an element; `content` is XML already."""
    written = "".join(
        f' {name}="{_text(value)}"' for name, value in (attributes or {}).items() if value not in (None, "")
    )
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def _text(value: Any) -> str:
    return str(escape(_NOT_XML.sub("", str(value))))


def _document(work: Work) -> str:
    day = now().date().isoformat()
    title = _element("titlStmt", _element("titl", _text(_("Codebook – %(title)s", title=work.study.title))))
    production = _element("prodStmt", _element("prodDate", day, {"date": day}) + _element("software", "Tresse"))
    return _element("docDscr", _element("citation", title + production))


def _study(work: Work, books: Sequence[Book]) -> str:
    title = _element("titl", _text(work.study.title)) + _element("IDNo", _text(work.study.key))
    collected = _element("dataKind", _text(_("survey data")))
    universe = "".join(
        _element("universe", _text(name)) for name in (books[0].source.names["population"] if books else ())
    )
    summary = _element("sumDscr", _element("anlyUnit", _text(_("person"))) + universe + collected)
    modes = sorted({label for book in books for label in _modes(book)})
    method = _element("dataColl", "".join(_element("collMode", _text(mode)) for mode in modes))
    threshold = _("Counts under %(threshold)s are not given.", threshold=work.study.disclosure_threshold)
    return _element(
        "stdyDscr",
        _element("citation", _element("titlStmt", title))
        + _element("stdyInfo", summary)
        + _element("method", method)
        + _element("notes", _text(threshold)),
    )


def _modes(book: Book) -> Iterator[str]:
    column = next(each for each in book.tables[0].columns if each.variable.header == "mode")
    for code in set(column.cells):
        yield column.variable.value_labels.get(int(code), "")


def _file(name: str, table: DataTable, file_id: str) -> str:
    size = _element("caseQnty", str(len(table))) + _element("varQnty", str(len(table.columns)))
    text = _element("fileName", _text(name)) + _element("fileCont", _text(table.label)) + _element("dimensns", size)
    return _element("fileDscr", _element("fileTxt", text), {"ID": file_id})


class _Variables:
    """The variables of one file."""

    def __init__(self, work: Work, book: Book, table: DataTable, file_id: str, *, first: int) -> None:
        self._work = work
        self._items = {item.item.key: item for item in book.items}
        self._columns = table.columns
        self._is_main = not table.name
        self._file_id = file_id
        names = valid_names((column.variable.header for column in self._columns), SPSS_NAMES)
        # By the column: a hidden value may be called like what is known of every response.
        self._names = {id(column): name for column, name in zip(self._columns, names, strict=True)}
        self._ids = {id(column): f"V{number}" for number, column in enumerate(self._columns, first)}

    def elements(self) -> list[str]:
        """Return a `var` for each column, in the order that the schema wants inside."""
        return [self._variable(column) for column in self._columns]

    def groups(self, *, first: int) -> list[str]:
        """Return a group for each question of several choices."""
        by_key: dict[str, list[Column]] = {}
        for column in self._columns:
            if column.variable.role is Role.TICKED:
                by_key.setdefault(column.variable.key, []).append(column)
        return [
            _element(
                "varGrp",
                _element("labl", _text(self._items[key].question)),
                {
                    "ID": f"G{number}",
                    "type": "multipleResp",
                    "var": " ".join(self._ids[id(column)] for column in columns),
                },
            )
            for number, (key, columns) in enumerate(by_key.items(), first)
        ]

    def _variable(self, column: Column) -> str:
        variable = column.variable
        item = self._items.get(variable.key)
        codes = {} if variable.role is Role.CONTEXT else absence_codes(column)
        is_scale = variable.measure is Measure.SCALE and variable.kind is Kind.NUMBER
        parts = [_element("labl", _text(variable.label))]
        if item is not None and item.item.type.is_answered:
            parts.append(self._question(item))
        if codes:
            values = "".join(_element("item", "", {"VALUE": str(code)}) for code in codes.values())
            parts.append(_element("invalrng", values))
        if item is not None and item.when:
            parts.append(_element("universe", _text(_("Asked if") + " " + _(" and ").join(item.when))))
        parts += self._statistics(variable, item)
        parts += self._categories(variable, item, codes)
        kind = {"type": "numeric"} if variable.kind.is_numeric else {"type": "character"}
        parts.append(_element("varFormat", "", kind))
        attributes = {
            "ID": self._ids[id(column)],
            "name": self._names[id(column)],
            "files": self._file_id,
            "intrvl": "contin" if is_scale else "discrete",
        }
        return _element("var", "".join(parts), attributes)

    def _question(self, item: BookItem) -> str:
        literal = _element("qstnLit", _text(item.question))
        hint = _element("ivuInstr", _text(item.hint)) if item.hint else ""
        return _element("qstn", literal + hint, {"responseDomainType": _DOMAINS.get(item.item.type, "other")})

    def _statistics(self, variable: Variable, item: BookItem | None) -> list[str]:
        if item is None or item.shown is None or item.spread is None or not self._is_main:
            return []
        if variable.role is not Role.ANSWER:
            return []
        found = {"vald": item.shown.n}
        figures: dict[str, float | int | None] = dict(found)
        if item.shown.has_mean:
            figures |= {"mean": item.spread.mean, "medn": item.spread.median, "stdev": item.spread.deviation}
        if item.shown.has_bounds:
            figures |= {"min": item.spread.least, "max": item.spread.most}
        return [
            _element("sumStat", f"{value:.10g}", {"type": name}) for name, value in figures.items() if value is not None
        ]

    def _categories(self, variable: Variable, item: BookItem | None, codes: Mapping[Absence, int]) -> list[str]:
        names = {code: name for name, code in variable.codes.items()}
        counts = item.shown.counts if item is not None and item.shown is not None and self._is_main else {}
        found = []
        for code, label in variable.value_labels.items():
            count = counts.get(names[code]) if code in names else None
            if variable.role is Role.TICKED and code == 1:
                count = counts.get(variable.choice)
            found.append(self._category(str(code), label, count))
        absences = item.shown.absences if item is not None and item.shown is not None and self._is_main else {}
        for each, code in codes.items():
            count = absences.get(each.name.lower()) if variable.role is Role.ANSWER else None
            found.append(self._category(str(code), self._work.words.absences[each], count, missing=True))
        return found

    @staticmethod
    def _category(value: str, label: str, count: int | None, *, missing: bool = False) -> str:
        content = _element("catValu", _text(value)) + _element("labl", _text(label))
        if count is not None:
            content += _element("catStat", str(count), {"type": "freq"})
        return _element("catgry", content, {"missing": "Y"} if missing else None)
