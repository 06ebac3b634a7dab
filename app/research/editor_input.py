"""What a page of the editor sends of one question, read into fields, rules and acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from app.research.contexts.sentences import Typed, is_unchanged, read_typed
from core.errors import DomainError
from surveys.definition import Definition, Item
from surveys.editing.calculations import Calculation, Operation, write_calculation
from surveys.editing.conditions import write_cascade, write_sentence
from surveys.editing.fields import IF, Fault
from surveys.editing.lists import read_lines
from surveys.editing.sentences import sentence_of
from surveys.editing.tree import node_of

SENTENCES = ("relevant", "constraint", "required_if")
"""Rules that menus write."""
_MAX_LINES = 300


@dataclass(slots=True)
class CardInput:
    """One question as a page sent it; `typed` rows and `formulas` are shown again where they could not be written."""

    key: str
    tag: str
    revision: int
    act: str
    argument: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: dict[str, Typed] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    new_choices: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    target: str | None = None
    list_name: str = ""


def read_card(definition: Definition, form: MultiDict[str, str], tag: str) -> CardInput:
    """Read what was sent of a question; a rule that cannot be written is told and left.

    Raises: NotFound("surveys.item_not_found"): somebody deleted the question.
    """
    act, _colon, argument = form.get("act", "save").partition(":")
    key = form.get("item", "")
    card = CardInput(key, tag, form.get("revision", 0, int), act, argument)
    node = node_of(definition, key)
    # A box that is not ticked sends only the hidden field before it: the last value is the answer.
    posted = {name: values[-1] for name, values in form.lists() if values}
    card.fields = {name.removeprefix("f."): value for name, value in posted.items() if name.startswith("f.")}
    for name in SENTENCES:
        if f"o.{name}" in posted:
            _read_rule(definition, card, name, posted)
    if isinstance(node, Item):
        _read_calculation(card, form)
        _read_cascade(card, posted)
        pasted = tuple(read_lines(form.get("paste", "")))[:_MAX_LINES]
        rows = tuple(("", label.strip()) for label in form.getlist("new-choice") if label.strip())
        card.new_choices = (*rows, *pasted)
    card.codes = {
        name.removeprefix("k."): code.strip()
        for name, code in posted.items()
        if name.startswith("k.") and code.strip() != name.removeprefix("k.")
    }
    card.kind = _changed(posted, "kind")
    card.list_name = posted.get("list_use", "")
    card.target = posted["target"] if posted.get("target", "") != posted.get("target_was", "") else None
    return card


def _changed(posted: Mapping[str, str], name: str) -> str:
    """Return a choice that is not the one the page was made with, "" when it is."""
    value = posted.get(name, "")
    return "" if value == posted.get(f"{name}_was", "") else value


def _read_rule(definition: Definition, card: CardInput, name: str, posted: Mapping[str, str]) -> None:
    original = posted[f"o.{name}"]
    formula = posted.get(f"x.{name}", original).strip()
    if name == "required_if" and card.fields.get("required") != IF:
        return
    if formula != original.strip():
        card.fields[name] = card.formulas[name] = formula
        return
    if f"s.{name}.join" not in posted and not any(field_.startswith(f"s.{name}.") for field_ in posted):
        card.fields[name] = original
        return
    drop = f"s.{card.argument}" if card.act == "term-drop" else ""
    typed = read_typed(definition, name, posted, at=card.key, drop=drop)
    if is_unchanged(definition, typed, original, at=card.key):
        card.fields[name] = original
        return
    sentence = sentence_of(typed.join, typed.blocks)
    try:
        card.fields[name] = write_sentence(definition, sentence, at=card.key).source if sentence else ""
    except DomainError as error:
        card.typed[name] = typed
        card.faults.append(Fault(name, error.code, error.details))


def _read_calculation(card: CardInput, form: MultiDict[str, str]) -> None:
    original = form.get("o.calculation")
    if original is None:
        return
    formula = form.get("x.calculation", original).strip()
    if formula != original.strip():
        card.fields["calculation"] = card.formulas["calculation"] = formula
        return
    try:
        operation = Operation(form.get("c.operation", ""))
    except ValueError:
        return
    names = tuple(form.getlist("c.names"))
    if operation is Operation.AGE:
        names = tuple(filter(None, [form.get("c.birth", "")]))
    written = write_calculation(Calculation(operation, names, empty_is_zero=form.get("c.empty") == "zero"))
    if written is not None:
        card.fields["calculation"] = written.source


def _read_cascade(card: CardInput, posted: Mapping[str, str]) -> None:
    if "cascade" in posted and posted["cascade"] != posted.get("cascade_was", ""):
        question = posted["cascade"]
        card.fields["choice_filter"] = write_cascade(question, question).source if question else ""
