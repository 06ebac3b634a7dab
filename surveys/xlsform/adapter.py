"""The only place that knows pyxform: its private dictionary of a form, and its errors turned into our problems."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.xlsform.columns import TRANSLATABLE, read_column
from surveys.xlsform.problems import FormRefused, Problem, error, warning
from surveys.xlsform.workbook import SHEETS, Workbook

# Families of pyxform's messages, each with the code of our sentence; the first that fits words the problem.
_FAMILIES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), code)
    for pattern, code in (
        (r"The survey element named '(?P<name>[^']*)' has no label or hint", "label_missing"),
        (
            r"not user-visible so it can't be used as a calculation trigger for question \$\{(?P<name>[^}]*)\}",
            "trigger_unseen",
        ),
        (r"Unmatched 'end_(?P<type>\w+)'", "group_not_opened"),
        (r"Unmatched 'begin_(?P<type>\w+)'", "group_not_closed"),
        (r"must be unique within their nearest parent", "name_repeated"),
        (r"Repeat names must", "repeat_name_repeated"),
        (r"name 'meta' is reserved", "name_reserved"),
        (r"Names must begin with a letter", "name_malformed"),
        (r"There has been a problem trying to replace \$\{(?P<name>[^}]*)\}", "reference_unknown"),
        (r"Could not find the name '(?P<name>[^']*)'", "reference_unknown"),
        (r"The name '(?P<name>[^']*)' appears more than once", "reference_ambiguous"),
        (r"Reference variables must start with", "reference_malformed"),
        (r"List name not in (?:external )?choices sheet: (?P<name>\S+)", "list_unknown"),
        (r"Unknown question type '(?P<name>[^']*)'", "type_unknown"),
        (r"Question with no type|question with no type", "type_missing"),
        (r"Missing calculation", "calculation_missing"),
        (r"Choice names must be unique", "choice_repeated"),
        (r"Choices must have a name", "choice_without_name"),
        (r"Duplicate column header: (?P<name>.*)", "column_repeated"),
        (r"different names for the same column were found: '(?P<other>[^']*)', '(?P<name>[^']*)'", "columns_alike"),
        (r"required column headers were not found: (?P<name>[^.]*)", "column_missing"),
        (r"You must have a sheet named", "sheet_missing"),
        (r"choices sheet|'choices' sheet", "choices_wrong"),
        (r"[Pp]arameter|'parameters' value", "parameters_wrong"),
        (r"no (?:question )?name|with no name|name is missing", "name_missing"),
        (r"choice_filter|Choice filter", "choice_filter_wrong"),
    )
)
# pyxform makes typewriter's quotes of these, in sentences too: signs for private use stand for them meanwhile.
_QUOTES = {ord(quote): chr(0xE000 + ord(quote) - 0x2000) for quote in "‘’“”"}
_QUOTES_BACK = {ord(sign): chr(quote) for quote, sign in _QUOTES.items()}
_ROW = re.compile(r"\[row : (\d+)\]")
_SHEET = re.compile(r"(?:[Oo]n the '|for sheet: ')(\w+)'")
_COLUMN = re.compile(r"the '([^']+)' (?:value|column)")


@dataclass(frozen=True, slots=True)
class Converted:
    """pyxform's dictionary of a form, and what it remarked."""

    form: dict[str, Any]
    remarks: tuple[str, ...]


def convert_workbook(workbook: Workbook, form_name: str) -> Converted:
    """Run pyxform over the sheets, without Java.

    Raises: FormRefused: pyxform refuses the form.
    """
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    remarks: list[str] = []
    try:
        result = convert(_as_dict(workbook, form_name), warnings=remarks, validate=False)
    except PyXFormError as refusal:
        raise FormRefused([_problem(str(refusal).translate(_QUOTES_BACK))]) from refusal
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as failure:
        # Its own checks are not complete: some broken forms fall through to Python's errors.
        raise FormRefused([error("form_unreadable", detail=type(failure).__name__)]) from failure
    form: dict[str, Any] = _with_quotes(result._pyxform)  # noqa: SLF001  no public way gives the tree
    return Converted(form, tuple(remarks))


def is_computed(default: str, item_type: str) -> bool:
    """Whether a default is an expression rather than a value, by pyxform's rule."""
    from pyxform.utils import default_is_dynamic

    return bool(default_is_dynamic(default, item_type))


def usual_bind(item_type: str) -> dict[str, Any]:
    """Return what pyxform adds to questions of a type: the old `percentage` and `phone number` have a constraint."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    bind = QUESTION_TYPE_DICT.get(item_type, {}).get("bind", {})
    return {key: value for key, value in bind.items() if key in ("constraint", "jr:constraintMsg", "readonly")}


def _as_dict(workbook: Workbook, form_name: str) -> dict[str, Any]:
    sheets: dict[str, Any] = {"sheet_names": list(workbook.sheet_names), "fallback_form_name": form_name}
    for name in SHEETS:
        sheet = workbook.sheets.get(name)
        if sheet is not None:
            known = {header: _without_marks(header) if name == "choices" else header for header in sheet.headers}
            sentences = {header for header in sheet.headers if read_column(header).name in TRANSLATABLE}
            sheets[name] = [
                {
                    known[header]: cell.translate(_QUOTES) if header in sentences else cell
                    for header, cell in row.items()
                }
                for row in sheet.rows
            ]
            sheets[f"{name}_header"] = [dict.fromkeys(known.values())]
    return sheets


def _with_quotes(part: Any) -> Any:
    """Put the quotes back that were hidden from pyxform."""
    if isinstance(part, str):
        return part.translate(_QUOTES_BACK)
    if isinstance(part, dict):
        return {key: _with_quotes(value) for key, value in part.items()}
    return [_with_quotes(value) for value in part] if isinstance(part, list | tuple) else part


def _without_marks(header: str) -> str:
    """Write `tresse::was` as `tresse_was`: a column of choices becomes the name of an element, and pyxform stops."""
    if "::" not in header or read_column(header).name in TRANSLATABLE:
        return header
    return header.replace("::", "_").replace(" ", "_")


def _problem(message: str) -> Problem:
    row, sheet, column = _ROW.search(message), _SHEET.search(message), _COLUMN.search(message)
    place = (
        sheet.group(1) if sheet else "survey" if row else "",
        int(row.group(1)) if row else 0,
        column.group(1) if column else "",
    )
    for pattern, code in _FAMILIES:
        if found := pattern.search(message):
            details: dict[str, Any] = {"name": "", "type": "", "other": "", **found.groupdict(default="")}
            return error(code, *(_header_place(place, details) if code in _ABOUT_HEADERS else place), **details)
    return error("form_refused_by_checker", *place, detail=_ROW.sub("", message).strip()[:300])


_ABOUT_HEADERS = frozenset({"columns_alike", "column_repeated", "column_missing"})


def _header_place(place: tuple[str, int, str], details: dict[str, Any]) -> tuple[str, int, str]:
    return place[0] or "survey", 1, str(details["name"])


def remarks_as_problems(remarks: Iterable[str], unknown: Sequence[str] = ()) -> list[Problem]:
    """Keep pyxform's remarks that our own checks do not make; most are about other programs.

    Args: unknown: the languages of the form in which « Other » is not known.
    """
    found = []
    for remark in remarks:
        row = _ROW.search(remark)
        if "or_other and translations" in remark and unknown:
            where = int(row.group(1)) if row else 0
            found.append(warning("or_other_untranslated", "survey", where, "type", language=", ".join(unknown)))
    return found
