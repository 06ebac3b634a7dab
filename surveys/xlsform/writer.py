"""A definition written as a workbook that any XLSForm tool reads, and that gives the same definition again here."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.errors import Invalid
from core.tables import Table, to_xlsx
from surveys.definition import Choice, Definition, Item, ItemType, Locale, Node, Repeat, Texts
from surveys.expressions import Expression
from surveys.lists import EXTERNAL_FILES
from surveys.xlsform.adapter import is_computed
from surveys.xlsform.builder import AUDIT, LANGUAGE_COLUMNS, WRITTEN_TYPE
from surveys.xlsform.columns import TYPES, name_of, tag_of
from surveys.xlsform.external import EXTERNAL_LISTS
from surveys.xlsform.workbook import MAX_CELL_CHARACTERS

_TEXT_COLUMNS = (
    ("label", "labels"),
    ("hint", "hints"),
    ("guidance_hint", "guidance"),
    ("required_message", "required_messages"),
    ("constraint_message", "constraint_messages"),
)
_MEDIA = ("image", "big-image", "audio", "video")
# The columns in the order in which an author reads them; those of a language stand where the plain one would.
_ORDER = (
    "type",
    "name",
    "label",
    "hint",
    "guidance_hint",
    *_MEDIA,
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "trigger",
    "default",
    "read_only",
    "choice_filter",
    "repeat_count",
    "appearance",
    "parameters",
)
_FILE_ENDINGS = (".csv", ".xml", ".geojson")
_TYPE_NAMES = {ItemType.DATETIME: "dateTime"}
# Parts of the extras that are attributes of the XForm, and the column that writes each.
_ATTRIBUTES = {"bind": "bind", "control": "body", "instance": "instance"}
Row = dict[str, str]


def write_form(definition: Definition) -> bytes:
    """Return the workbook of a form.

    Raises: Invalid("surveys.cell_too_long_to_write"): a text that no cell of a workbook holds.
    """
    return to_xlsx(form_sheets(definition))


def form_sheets(definition: Definition) -> list[Table]:
    """Return the sheets of a form; only columns that hold something are written.

    Raises: Invalid("surveys.cell_too_long_to_write").
    """
    languages = _Languages(definition)
    # The words of questions alone say which languages the form has.
    languages.leave_plain(each for node in definition.nodes() for each in _texts(node) if each[0] != "label")
    survey = [*_unseen_rows(definition), *(row for node in definition.children for row in _rows(node, languages))]
    sheets = [_table("survey", survey, ("type", "name", *languages.columns("label")), languages)]
    external: Mapping[str, str] = definition.settings.get(EXTERNAL_LISTS, {})
    for sheet in ("choices", "external_choices"):
        listed = [
            (external.get(name, name), choice)
            for name, choices in definition.choice_lists.items()
            if (name in external) is (sheet == "external_choices")
            for choice in choices
        ]
        languages.leave_plain(each for _, choice in listed for each in _choice_texts(choice))
        rows = [_choice_row(name, choice, languages) for name, choice in listed]
        if rows:
            sheets.append(_table(sheet, rows, ("list_name", "name", *languages.columns("label")), languages))
    return [*sheets, _table("settings", [_settings(definition, languages)], (), languages)]


def _unseen_rows(definition: Definition) -> Iterator[Row]:
    """Write the lines that are no question: the times of pages, files that formulas read."""
    if audit := definition.settings.get(AUDIT):
        yield {"type": "audit", "name": "audit", "parameters": "" if audit == "yes" else str(audit)}
    for name, file in definition.settings.get(EXTERNAL_FILES, {}).items():
        yield {"type": "xml-external" if str(file).endswith(".xml") else "csv-external", "name": str(name)}


class _Languages:
    """How the columns of each language are called, and which columns name none.

    A text that a whole sheet has in the default language only is written without language: it serves for all, where
    a column of one language would leave the others empty in other tools.
    """

    def __init__(self, definition: Definition) -> None:
        self.names = {locale.tag: _column_of(locale, definition) for locale in definition.locales}
        self.default = definition.default_locale
        self.external: Mapping[str, str] = definition.settings.get(EXTERNAL_LISTS, {})
        self.plain: frozenset[str] = frozenset()

    def leave_plain(self, texts: Iterable[tuple[str, Texts]]) -> None:
        """Look at every text of a sheet, with its column."""
        used: dict[str, set[str]] = {}
        for column, by_tag in texts:
            used.setdefault(column, set()).update(tag for tag, text in by_tag.items() if text)
        many = len(self.names) > 1
        self.plain = frozenset(column for column, tags in used.items() if many and tags == {self.default})

    def columns(self, column: str) -> list[str]:
        """Return the headers of a translated column, one a language."""
        return [_header(column, "" if column in self.plain else name) for name in self.names.values()]

    def cells(self, column: str, texts: Texts) -> Row:
        """Return the cells of a translated text."""
        plain = column in self.plain
        return {
            _header(column, "" if plain else self.names[tag]): text
            for tag, text in texts.items()
            if tag in self.names and text
        }


def _column_of(locale: Locale, definition: Definition) -> str:
    """Return how columns name a language: as its author did, else `Français (fr)`; "" for one that is not named."""
    if not locale.name:
        return ""
    kept = definition.settings.get(LANGUAGE_COLUMNS, {}).get(locale.tag)
    if kept == "" and locale.tag == definition.default_locale:
        return ""
    named = f"{locale.name} ({locale.tag})"
    for written in (kept, named, locale.name):
        if written and (tag_of(written), name_of(written)) == (locale.tag, locale.name):
            return str(written)
    return locale.tag


def _header(column: str, language: str) -> str:
    return f"{column}::{language}" if language else column


def _rows(node: Node, languages: _Languages) -> Iterator[Row]:
    if isinstance(node, Item):
        yield _item_row(node, languages)
        return
    kind = "repeat" if isinstance(node, Repeat) else "group"
    row = {"type": f"begin_{kind}", **_common(node, languages)}
    if isinstance(node, Repeat) and node.count is not None:
        row["repeat_count"] = node.count.source
    yield row
    for child in node.children:
        yield from _rows(child, languages)
    yield {"type": f"end_{kind}", "name": node.name}


def _common(node: Node, languages: _Languages) -> Row:
    row: Row = {"name": node.name}
    for column, texts in _texts(node):
        row.update(languages.cells(column, texts))
    row["relevant"] = node.relevant.source if node.relevant else ""
    row["appearance"] = node.appearance
    for key, value in node.extras.items():
        if key in _ATTRIBUTES:
            row.update(_flat(_ATTRIBUTES[key], value))
        elif key != WRITTEN_TYPE:
            row.update(_flat(key, value))
    return row


def _texts(node: Node) -> Iterator[tuple[str, Texts]]:
    for column, name in _TEXT_COLUMNS:
        yield column, getattr(node, name, {})
    yield from getattr(node, "media", {}).items()


def _flat(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield `tresse::mirror` for what is nested, as columns are written."""
    if isinstance(value, Mapping):
        for below, part in value.items():
            yield from _flat(f"{key}::{below}", part)
    elif isinstance(value, str | int | float):
        yield key, str(value)


def _item_row(item: Item, languages: _Languages) -> Row:
    return {
        "type": _type(item, languages.external),
        **_common(item, languages),
        "required": _rule(item.required),
        "read_only": _rule(item.read_only),
        "constraint": item.constraint.source if item.constraint else "",
        "calculation": item.calculation.source if item.calculation else "",
        "trigger": ", ".join(f"${{{name}}}" for name in item.trigger),
        "default": _default(item),
        "choice_filter": item.choice_filter.source if item.choice_filter else "",
        "parameters": " ".join(f"{key}={value}" for key, value in item.parameters.items()),
    }


def _type(item: Item, external: Mapping[str, str]) -> str:
    if item.list_name in external:
        return f"select_one_external {external[item.list_name]}"
    written = item.extras.get(WRITTEN_TYPE)
    name = str(written) if written else _TYPE_NAMES.get(item.type, item.type.value)
    if not item.type.has_choices:
        return name
    is_file = item.list_name.endswith(_FILE_ENDINGS)
    return f"{name}{'_from_file' if is_file else ''} {item.list_name}"


def _rule(rule: Expression | bool) -> str:
    if isinstance(rule, bool):
        return "yes" if rule else ""
    return rule.source


def _default(item: Item) -> str:
    """Write a default so that tools read it for what it is: a value that looks computed is given by a function."""
    default = item.default
    if default is None:
        return ""
    kind = next((name for name, kind in TYPES.items() if kind is item.type), "text")
    if isinstance(default, str):
        if not is_computed(default, kind):
            return default
        quote = '"' if "'" in default else "'"
        return f"concat({quote}{default}{quote})"
    return default.source if is_computed(default.source, kind) else f"string({default.source})"


def _choice_row(list_name: str, choice: Choice, languages: _Languages) -> Row:
    row: Row = {"list_name": list_name, "name": choice.name}
    for column, texts in _choice_texts(choice):
        row.update(languages.cells(column, texts))
    return {**row, **choice.attributes}


def _choice_texts(choice: Choice) -> Iterator[tuple[str, Texts]]:
    yield "label", choice.labels
    yield from choice.media.items()


def _settings(definition: Definition, languages: _Languages) -> Row:
    row = {"form_title": definition.title, "form_id": definition.form_id, "version": definition.version}
    if definition.root != "data":
        row["name"] = definition.root
    kept = {key: str(value) for key, value in definition.settings.items() if isinstance(value, str | int)}
    kept.pop(AUDIT, None)
    default = definition.locale(definition.default_locale)
    if kept.pop("default_language", "") or default != definition.locales[0]:
        kept["default_language"] = languages.names[default.tag] or default.name
    return {**row, **kept}


def _table(sheet: str, rows: list[Row], always: Iterable[str], languages: _Languages) -> Table:
    written = {header for row in rows for header, cell in row.items() if cell}
    order = [header for column in _ORDER for header in (*languages.columns(column), column)]
    every = dict.fromkeys([*always, *order, *(header for row in rows for header in row)])
    headers = tuple(header for header in every if header in written or header in always)
    for number, row in enumerate(rows, 2):
        for header, cell in row.items():
            if len(cell) > MAX_CELL_CHARACTERS:
                raise Invalid(
                    "surveys.cell_too_long_to_write",
                    sheet=sheet, row=number, column=header, limit=MAX_CELL_CHARACTERS,
                )  # fmt: skip
    return Table(sheet, headers, tuple(tuple(row.get(header) or None for header in headers) for row in rows))
