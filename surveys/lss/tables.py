"""Questions with several lines: one statement for each line with the same scale, several fields, grids."""

from collections.abc import Callable
from typing import Any, Final

from surveys.definition import Choice, Item, ItemType, Node, Texts
from surveys.expressions.tree import Tree
from surveys.lss.document import Question
from surveys.lss.maker import Draft, Maker, is_required, joined_texts, make_group, make_item
from surveys.lss.names import LISTS_OF_WORDS, ROWS_OF_CHOICES
from surveys.lss.rules import expression
from surveys.lss.terms import SELF, TRUE, call, chain, joined, number
from surveys.lss.variables import has_boxes

_NUMBERS: Final = {"A": "5", "B": "10", "5": "5"}
_LISTS: Final = {"A": "points_5", "B": "points_10", "C": "yes_no_uncertain", "E": "increase_same_decrease"}
_TOTALS: Final = (
    ("min_num_value", ">=", "total_least"),
    ("max_num_value", "<=", "total_most"),
    ("equals_num_value", "=", "total_exact"),
)
MAX_MARKS: Final = 101


def _rows_of_choices(maker: Maker, draft: Draft) -> None:
    """Read A, B, C, E, F, H: the lines are statements, the scale is one list."""
    question = draft.question
    letters = LISTS_OF_WORDS.get(question.type) or _NUMBERS.get(question.type, "")
    choices = maker.built_in(letters) if letters else maker.choices(draft, question.answers)
    if not choices or not question.parts:
        maker.reading.warn("lss_no_answers", draft.place)
        return
    list_name = maker.reading.list_of(_LISTS.get(question.type, draft.base), choices)
    _add_table(maker, draft, _statements(maker, draft, question, list_name))


def _statements(maker: Maker, draft: Draft, question: Question, list_name: str, scale: int | None = None) -> list[Node]:
    """Return the statements of one scale, after the line that shows its words."""
    conditions = maker.rules.of_parts(question)
    reading = maker.reading
    head = reading.names.take(f"{draft.base}_scale" if scale is None else f"{draft.base}_scale_{scale}")
    nodes: list[Node] = [
        make_item(head, ItemType.SELECT_ONE, list_name=list_name, appearance="label"),
    ]
    for part in question.parts:
        suffix = part.code if scale is None else f"{part.code}_{scale}"
        name = reading.names.of(question.qid, suffix)
        equation = maker.rules.equation(question, "em_validation_sq", suffix)
        nodes.append(
            make_item(
                name,
                ItemType.SELECT_ONE,
                labels=_without_poles(maker.answer_texts(draft, part)),
                list_name=list_name,
                appearance="list-nolabel",
                required=is_required(question),
                relevant=expression([conditions[part.code]]),
                default=maker.default(draft, part.qid, scale=scale or 0),
                constraints=[] if equation is None else [equation],
                tips=maker.option_texts(draft, "em_validation_sq_tip"),
            )
        )
    return nodes


def _add_table(maker: Maker, draft: Draft, lines: list[Node]) -> None:
    """Put the lines on one page, headed by the words of the question."""
    title = maker.title(draft)
    nodes = [*maker.help_note(draft), *lines, *_check_whole(maker, draft)]
    # Without any line shown the question is not asked at all.
    conditions = list(maker.rules.of_parts(draft.question).values())
    relevant = expression([chain("or", conditions)]) if conditions and TRUE not in conditions else None
    draft.nodes.append(make_group(draft.base, nodes, labels=title, appearance="field-list", relevant=relevant))


def _check_whole(maker: Maker, draft: Draft) -> list[Node]:
    """Return the rules about all the lines of a question together, each in a note that stops the page."""
    question = draft.question
    notes: list[Node] = []
    equation = maker.rules.equation(question, "em_validation_q")
    if equation is not None:
        tips = maker.option_texts(draft, "em_validation_q_tip") or maker.texts(draft, question.texts)
        notes += maker.stop_unless(draft, [equation], tips)
    held = maker.reading.variables.of_question(question.qid)
    trees = [variable.tree for variable in held if variable.tree[0] == "ref"]
    if trees:
        notes += maker.stop_unless(draft, *maker.counted(question, call("count-non-empty", _union(trees))))
    if trees and question.type == "K":
        rules, words = maker.limited(question, _total(trees), _TOTALS)
        # A person who wrote nothing has no sum to correct.
        nothing: Tree = ["=", call("count-non-empty", _union(trees)), number(0)]
        holds = [chain("or", [nothing, chain("and", rules)])] if rules else []
        notes += maker.stop_unless(draft, holds, words)
    return notes


def _union(trees: list[Tree]) -> Tree:
    return trees[0] if len(trees) == 1 else ["|", *trees]


def _total(trees: list[Tree]) -> Tree:
    total: Tree = call("coalesce", trees[0], number(0))
    for tree in trees[1:]:
        total = joined("+", total, call("coalesce", tree, number(0)))
    return total


def _without_poles(texts: Texts) -> Texts:
    """Return the words of a line; `left|right` stand at both ends of its scale."""
    return {tag: " – ".join(part.strip() for part in text.split("|") if part.strip()) for tag, text in texts.items()}


def _two_scales(maker: Maker, draft: Draft) -> None:
    """Read 1: each line is asked on two scales, one after the other, each a table."""
    question = draft.question
    title = maker.title(draft)
    blocks: list[Node] = []
    for scale in (0, 1):
        choices = maker.choices(draft, question.answers, scale)
        if not choices or not question.parts:
            continue
        list_name = maker.reading.list_of(f"{draft.base}_{scale}", choices)
        name = maker.reading.names.take(f"{draft.base}_{scale}")
        header = maker.option_texts(draft, f"dualscale_header{'AB'[scale]}")
        nodes = _statements(maker, draft, question, list_name, scale)
        if not blocks:
            nodes = [*maker.help_note(draft), *nodes]
        blocks.append(make_group(name, nodes, labels=joined_texts(title, header), appearance="field-list"))
    if not blocks:
        maker.reading.warn("lss_no_answers", draft.place)
        return
    draft.nodes.append(make_group(maker.reading.names.take(f"{draft.base}_scales"), blocks))


def _fields(maker: Maker, draft: Draft) -> None:
    """Read Q and K: several fields, of text or numbers, on one page."""
    question = draft.question
    conditions = maker.rules.of_parts(question)
    nodes: list[Node] = []
    frame = maker.frame(draft)
    for part in question.parts:
        equation = maker.rules.equation(question, "em_validation_sq", part.code)
        labels, poles = _poles(draft.question, maker.answer_texts(draft, part))
        parts: dict[str, Any] = {
            "labels": labels,
            "hints": poles or frame,
            "required": is_required(question),
            "relevant": expression([conditions[part.code]]),
            "default": maker.default(draft, part.qid),
            "tips": maker.option_texts(draft, "em_validation_sq_tip"),
        }
        kind, rules, more = _field_kind(maker, question)
        checks = [*rules, *([] if equation is None else [equation])]
        name = maker.reading.names.of(question.qid, part.code)
        nodes.append(make_item(name, kind, **parts, **more, constraints=checks))
    _add_table(maker, draft, nodes)


def _field_kind(maker: Maker, question: Question) -> tuple[ItemType, list[Tree], dict[str, Any]]:
    """Return the type of the fields of a question, their constraints, and what else they have."""
    rules = maker.rules
    if question.type != "K":
        checks = [*rules.length(question), *rules.pattern(question)]
        return (ItemType.DECIMAL if question.is_on("numbers_only") else ItemType.TEXT), checks, {}
    if question.is_on("slider_layout"):
        low, high = question.attribute("slider_min") or "0", question.attribute("slider_max") or "100"
        step = question.attribute("slider_accuracy") or "1"
        if all(_is_number(written) for written in (low, high, step)):
            return ItemType.RANGE, [], {"parameters": {"start": low, "end": high, "step": step}}
    kind = ItemType.INTEGER if question.is_on("num_value_int_only") else ItemType.DECIMAL
    return kind, [*rules.bounds(question, "min_num_value_n", "max_num_value_n"), *rules.length(question)], {}


def _is_number(written: str) -> bool:
    return written.removeprefix("-").replace(".", "", 1).isdigit()


def _poles(question: Question, texts: Texts) -> tuple[Texts, Texts]:
    """Return the words of a line and, for a slider, those of its two ends (`text|less|more`)."""
    separator = question.attribute("slider_separator") or "|"
    if not question.is_on("slider_layout"):
        return texts, {}
    cut = {tag: [part.strip() for part in text.split(separator)] for tag, text in texts.items()}
    ends = {tag: " … ".join(parts[1:]) for tag, parts in cut.items() if len(parts) > 1}
    return {tag: parts[0] for tag, parts in cut.items()}, ends


def _grid(maker: Maker, draft: Draft) -> None:
    """Read : and ;, lines by columns: a page for each line, a field for each column, or boxes."""
    question = draft.question
    columns = question.on_scale(1)
    if not columns or not question.on_scale(0):
        maker.reading.warn("lss_no_answers", draft.place)
        return
    title = maker.title(draft)
    conditions = maker.rules.of_parts(question)
    nodes: list[Node] = []
    first = maker.help_note(draft)
    for line in question.on_scale(0):
        labels = joined_texts(title, maker.answer_texts(draft, line))
        relevant = expression([conditions[line.code]])
        if has_boxes(question):
            nodes += [*first, _boxes(maker, draft, line, labels=labels, relevant=relevant)]
        else:
            name = maker.reading.names.take(f"{draft.base}_{line.code}")
            fields = [*first, *(_cell(maker, draft, line, column) for column in columns)]
            nodes.append(make_group(name, fields, labels=labels, relevant=relevant, appearance="field-list"))
        first = []
    draft.nodes.append(make_group(draft.base, [*nodes, *_check_whole(maker, draft)]))


def _boxes(maker: Maker, draft: Draft, line: Question, **parts: Any) -> Item:
    question = draft.question
    choices = [Choice(column.code, maker.answer_texts(draft, column)) for column in question.on_scale(1)]
    return make_item(
        maker.reading.names.of(question.qid, line.code),
        ItemType.SELECT_MULTIPLE,
        list_name=maker.reading.list_of(f"{draft.base}_columns", choices),
        required=is_required(question),
        **parts,
    )


def _cell(maker: Maker, draft: Draft, line: Question, column: Question) -> Item:
    question = draft.question
    kind, checks, more = _cell_kind(question)
    suffix = f"{line.code}_{column.code}"
    equation = maker.rules.equation(question, "em_validation_sq", suffix)
    return make_item(
        maker.reading.names.of(question.qid, suffix),
        kind,
        labels=maker.answer_texts(draft, column),
        required=is_required(question),
        constraints=[*checks, *maker.rules.length(question), *([] if equation is None else [equation])],
        tips=maker.option_texts(draft, "em_validation_sq_tip"),
        **more,
    )


def _cell_kind(question: Question) -> tuple[ItemType, list[Tree], dict[str, Any]]:
    if question.type == ";":
        return (ItemType.DECIMAL if question.is_on("numbers_only") else ItemType.TEXT), [], {}
    low, high, step = (question.attribute(f"multiflexible_{name}") for name in ("min", "max", "step"))
    if question.is_on("input_boxes"):
        checks: list[Tree] = [[">=", SELF, number(float(low))]] if _is_number(low) else []
        checks += [["<=", SELF, number(float(high))]] if _is_number(high) else []
        return ItemType.DECIMAL, checks, {}
    low, high, step = low or "1", high or "10", step if _is_number(step) and float(step) else "1"
    if _is_number(low) and _is_number(high) and abs(float(high) - float(low)) / abs(float(step)) < MAX_MARKS:
        return ItemType.RANGE, [], {"parameters": {"start": low, "end": high, "step": step}}
    return ItemType.DECIMAL, [], {}


TABLES: Final[dict[str, Callable[[Maker, Draft], None]]] = {
    **dict.fromkeys(ROWS_OF_CHOICES, _rows_of_choices),
    "1": _two_scales,
    "Q": _fields,
    "K": _fields,
    ":": _grid,
    ";": _grid,
}
