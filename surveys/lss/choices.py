"""Questions answered by choosing: one answer, several, or all of them in order."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from surveys.definition import Choice, ItemType
from surveys.expressions import Expression
from surveys.expressions.tree import Tree
from surveys.lss.document import Question
from surveys.lss.maker import Draft, Maker, is_required, is_shuffled, make_item
from surveys.lss.names import LISTS_OF_WORDS, OTHER
from surveys.lss.rules import choice_filter
from surveys.lss.terms import SELF, Untranslatable, call, chain, number, text
from surveys.lss.translation import as_expression

_LISTS: Final = {"Y": "yes_no", "G": "gender", "5": "points_5"}


def _one(maker: Maker, draft: Draft) -> None:
    question = draft.question
    letters = LISTS_OF_WORDS.get(question.type, "5" if question.type == "5" else "")
    choices = maker.built_in(letters) if letters else maker.choices(draft, question.answers)
    has_other = question.has_other and question.type in "L!"
    if has_other:
        choices.append(Choice(OTHER, maker.other_words(draft)))
    if not choices:
        maker.reading.warn("lss_no_answers", draft.place)
        return
    wanted = _LISTS.get(question.type, draft.base)
    is_long = question.type == "!" or question.is_on("use_dropdown")
    parts: dict[str, Any] = {"list_name": maker.reading.list_of(wanted, choices)}
    parts["appearance"] = "minimal" if is_long else "likert" if question.type == "5" else ""
    if is_shuffled(question):
        parts["parameters"] = {"randomize": "true"}
    default = maker.default(draft)
    if isinstance(default, str) and default not in {choice.name for choice in choices}:
        default = None
    maker.main_item(draft, ItemType.SELECT_ONE, default=default, **parts)
    if has_other:
        _other_text(maker, draft, ["=", ["ref", draft.base], text(OTHER)])
    if question.type == "O":
        name = maker.reading.names.of(question.qid, "comment")
        labels = maker.reading.words("comment")
        draft.nodes.append(make_item(name, ItemType.TEXT, labels=labels, appearance="multiline"))


def _other_text(maker: Maker, draft: Draft, condition: Tree) -> None:
    """Add the text of « other », asked when it is chosen."""
    question = draft.question
    kind = ItemType.DECIMAL if question.is_on("other_numbers_only") else ItemType.TEXT
    item = make_item(
        maker.reading.names.of(question.qid, "other"),
        kind,
        labels=maker.other_words(draft),
        required=is_required(question) or question.is_on("other_comment_mandatory"),
        default=maker.default(draft, kind="other"),
        relevant=as_expression(condition),
    )
    draft.nodes.append(item)


def _several(maker: Maker, draft: Draft) -> None:
    question = draft.question
    choices = [Choice(part.code, maker.answer_texts(draft, part)) for part in question.parts if part.code]
    if question.has_other:
        choices.append(Choice(OTHER, maker.other_words(draft)))
    if not choices:
        maker.reading.warn("lss_no_answers", draft.place)
        return
    chosen = [part.code for part in question.parts if maker.default(draft, part.qid) in ("Y", "1")]
    conditions = maker.rules.of_parts(question)
    counted, words = maker.counted(question, call("count-selected", SELF))
    parts: dict[str, Any] = {
        "list_name": maker.reading.list_of(draft.base, choices),
        "choice_filter": _filter(maker, draft, conditions),
        "constraints": [*_exclusive(question), *counted],
        "tips": words,
        "default": " ".join(chosen) or None,
        "required": is_required(question) or question.attribute("min_answers") not in ("", "0"),
    }
    if is_shuffled(question):
        parts["parameters"] = {"randomize": "true"}
    maker.main_item(draft, ItemType.SELECT_MULTIPLE, **parts)
    own: Tree = ["ref", draft.base]
    if question.type == "P":
        _comments(maker, draft, own)
    if question.has_other:
        _other_text(maker, draft, call("selected", own, text(OTHER)))


def _filter(maker: Maker, draft: Draft, conditions: Mapping[str, Tree]) -> Expression | None:
    try:
        return choice_filter(conditions)
    except Untranslatable as refusal:
        maker.reading.warn("lss_expression", draft.place, role="filter", source="", reason=refusal.code)
        return None


def _comments(maker: Maker, draft: Draft, own: Tree) -> None:
    question = draft.question
    always = question.attribute("commented_checkbox") == "always"
    words = maker.reading.words("comment")
    suffixes = [(part.code, f"{part.code}comment") for part in question.parts]
    suffixes += [(OTHER, "othercomment")] if question.has_other else []
    labels = {part.code: maker.answer_texts(draft, part) for part in question.parts}
    for code, suffix in suffixes:
        of = labels.get(code) or maker.other_words(draft)
        item = make_item(
            maker.reading.names.of(question.qid, suffix),
            ItemType.TEXT,
            labels={tag: f"{of[tag]} – {comment}" if of.get(tag) else comment for tag, comment in words.items()},
            relevant=None if always else as_expression(call("selected", own, text(code))),
        )
        draft.nodes.append(item)


def _exclusive(question: Question) -> list[Tree]:
    """Return the constraint of answers that stand alone (« none of these »)."""
    codes = [code.strip() for code in question.attribute("exclude_all_others").split(";") if code.strip()]
    many: Tree = [">", call("count-selected", SELF), number(1)]
    return [call("not", chain("and", [call("selected", SELF, text(code)), many])) for code in codes]


def _ranking(maker: Maker, draft: Draft) -> None:
    question = draft.question
    choices = maker.choices(draft, question.answers) or [
        Choice(part.code, maker.answer_texts(draft, part)) for part in question.parts
    ]
    if not choices:
        maker.reading.warn("lss_no_answers", draft.place)
        return
    counted, words = maker.counted(question, call("count-selected", SELF))
    parts: dict[str, Any] = {
        "list_name": maker.reading.list_of(draft.base, choices),
        "choice_filter": _filter(maker, draft, maker.rules.of_parts(question)),
        "constraints": counted,
        "tips": words,
        "default": None,
    }
    if is_shuffled(question):
        parts["parameters"] = {"randomize": "true"}
    maker.main_item(draft, ItemType.RANK, **parts)


CHOICES: Final[dict[str, Callable[[Maker, Draft], None]]] = {
    **dict.fromkeys("L!OYG5", _one),
    "M": _several,
    "P": _several,
    "R": _ranking,
}
