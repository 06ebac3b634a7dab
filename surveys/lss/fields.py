"""Questions of one field: texts, numbers, dates, files, equations, and what is only read."""

from collections.abc import Callable
from typing import Final

from surveys.definition import ItemType
from surveys.expressions.tree import Tree
from surveys.lss.languages import tag_of_language
from surveys.lss.maker import Draft, Maker, make_item
from surveys.lss.markup import clean, cut_braces
from surveys.lss.terms import EMPTY, Kind, call, text
from surveys.lss.translation import as_expression

_PICTURES: Final = frozenset({"png", "gif", "jpg", "jpeg", "heic", "webp"})


def _note(maker: Maker, draft: Draft) -> None:
    draft.nodes.append(make_item(draft.base, ItemType.NOTE, **maker.words_of(draft)))


def _text(maker: Maker, draft: Draft) -> None:
    question = draft.question
    if question.type == "S" and question.attribute("location_mapservice") not in ("", "0"):
        maker.main_item(draft, ItemType.GEOPOINT, appearance="maps")
        return
    checks = [*maker.rules.length(question), *maker.rules.pattern(question)]
    if question.type == "S" and question.is_on("numbers_only"):
        maker.main_item(draft, ItemType.DECIMAL, constraints=checks)
        return
    maker.main_item(draft, ItemType.TEXT, constraints=checks, appearance="" if question.type == "S" else "multiline")


def _number(maker: Maker, draft: Draft) -> None:
    question = draft.question
    kind = ItemType.INTEGER if question.is_on("num_value_int_only") else ItemType.DECIMAL
    checks = [
        *maker.rules.bounds(question, "min_num_value_n", "max_num_value_n"),
        *maker.rules.length(question),
        *maker.rules.pattern(question),
    ]
    maker.main_item(draft, kind, constraints=checks)


def _date(maker: Maker, draft: Draft) -> None:
    question = draft.question
    form = question.attribute("date_format")
    has_time = "H" in form
    has_day = not form or any(letter in form for letter in "dj")
    has_year = not form or "y" in form.lower()
    if has_time and not has_year:
        maker.main_item(draft, ItemType.TIME)
        return
    appearance = "" if has_day or has_time else "month-year" if "m" in form else "year"
    kind = ItemType.DATETIME if has_time else ItemType.DATE
    maker.main_item(draft, kind, constraints=maker.rules.dates(question), appearance=appearance)


def _file(maker: Maker, draft: Draft) -> None:
    kinds = {part.strip().lower() for part in draft.question.attribute("allowed_filetypes").split(",")}
    maker.main_item(draft, ItemType.IMAGE if kinds <= _PICTURES else ItemType.FILE)


def _equation(maker: Maker, draft: Draft) -> None:
    question, reading = draft.question, maker.reading
    written = question.attribute("equation")
    source = written or question.texts.get(reading.survey.language, "")
    tree = _value_of_text(maker, draft, source)
    # Where it cannot be computed its name goes on meaning something: an empty value.
    calculation = as_expression(EMPTY if tree is None else tree)
    draft.nodes.append(make_item(draft.base, ItemType.CALCULATE, calculation=calculation))
    if not question.is_on("hidden"):
        _show_value(maker, draft, is_alone=not written and cut_braces(source.strip()).pieces == ["", ""])


def _show_value(maker: Maker, draft: Draft, *, is_alone: bool) -> None:
    """Add the note in which LimeSurvey shows an equation: its words, or (`is_alone`) its value and nothing else."""
    question = draft.question
    labels = (
        {
            tag_of_language(language): f"${{{draft.base}}}"
            for language in maker.reading.survey.languages
            if question.texts.get(language)
        }
        if is_alone
        else maker.texts(draft, question.texts)
    )
    if labels:
        name = maker.reading.names.take(f"{draft.base}_shown")
        hints = maker.texts(draft, question.helps, "help")
        draft.nodes.append(make_item(name, ItemType.NOTE, labels=labels, hints=hints))


def _value_of_text(maker: Maker, draft: Draft, source: str) -> Tree | None:
    """Return the value of a text with expressions in it: the value of the only one, or all put together."""
    cut = cut_braces(source)
    if not cut.expressions:
        return text(clean(source).text)
    scope = maker.reading.scope(draft.question)
    terms = [maker.reading.translate(each, draft.place, "equation", scope) for each in cut.expressions]
    known = [term for term in terms if term is not None]
    if len(known) < len(terms):
        return None
    pieces = [clean(piece).text if piece.strip() else piece for piece in cut.pieces]
    if len(known) == 1 and not any(piece.strip() for piece in pieces):
        return known[0].tree if known[0].kind is Kind.NUMBER else known[0].text
    parts = [text(pieces[0])] if pieces[0] else []
    for term, piece in zip(known, pieces[1:], strict=True):
        parts += [term.text, *([text(piece)] if piece else [])]
    return call("concat", *parts)


FIELDS: Final[dict[str, Callable[[Maker, Draft], None]]] = {
    "S": _text,
    "T": _text,
    "U": _text,
    "N": _number,
    "D": _date,
    "X": _note,
    "*": _equation,
    "|": _file,
}
