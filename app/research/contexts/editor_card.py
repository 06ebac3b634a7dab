"""The open card of the editor: every field of a question, with what was typed and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.components.rich_text import plain
from app.research.contexts.editor import node_kind, question_numbers, title_of, titles_by_name
from app.research.contexts.plain_texts import advise
from app.research.contexts.sentences import Options, SentenceForm, question_label, sentence_form, subject_menu
from app.research.editor_input import SENTENCES, CardInput
from app.wording.forms import Menu, field_name, kind_menu, look_name, word_fault
from surveys.definition import Choice, Definition, Group, Item, ItemType, Locale, Node, Repeat
from surveys.editing.calculations import Calculation, Operation, read_calculation
from surveys.editing.conditions import read_cascade
from surveys.editing.fields import IF, TEXTS, Clash, Fault, read_fields
from surveys.editing.kinds import LOOKS, kind_of
from surveys.editing.lists import users_of
from surveys.editing.references import uses_of
from surveys.editing.sentences import subjects
from surveys.editing.tree import former_keys, parent_of, subtree
from surveys.expressions import Expression
from surveys.structure import Structure

_PREVIEWED = 4
_ADVISED_CHOICES = 30
_NAMING = frozenset({ItemType.TEXT, ItemType.INTEGER, ItemType.CALCULATE})


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """One answer to choose from: its code, its words, those of the main language, and the answer it depends on."""

    name: str
    label: str
    main_label: str
    parent: str
    picture: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class CascadeForm:
    """Answers that depend on an earlier one: the question chosen, those one may choose, its answers."""

    question: str
    column: str
    questions: Options
    parents: Options


@dataclass(frozen=True, slots=True)
class CalculationForm:
    """A calculation as menus say it, or as a formula."""

    operation: str
    names: tuple[str, ...]
    empty_is_zero: bool
    numbers: Options
    dates: Options
    original: str
    formula: str
    is_formula: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardForm:
    """A question or group being edited, in one language."""

    key: str
    name: str
    former: tuple[str, ...]
    place: int
    number: str
    locale: Locale
    is_group: bool
    is_repeat: bool
    is_asked: bool
    is_tick: bool
    is_silent: bool
    is_range: bool
    has_choices: bool
    kind: str
    kind_words: str
    kinds: Menu
    values: Mapping[str, str]
    main: Mapping[str, str]
    errors: Mapping[str, str]
    clashes: tuple[tuple[str, str, str], ...]
    sentences: Mapping[str, SentenceForm]
    subjects: tuple[tuple[str, Options], ...]
    earlier: Options
    choices: tuple[ChoiceForm, ...]
    list_name: str
    shared_with: tuple[str, ...]
    lists: Options
    cascade: CascadeForm | None
    calculation: CalculationForm | None
    looks: Options
    advice: Mapping[str, tuple[tuple[str, str], ...]]
    """What is hard to read in each text of this language: the words, and what to do."""
    choice_advice: tuple[tuple[str, str, str], ...]
    cards: Options
    """Questions of lists whose answers may be the choices of this one."""
    word_lists: Options
    targets: Options
    target: str
    uses: tuple[str, ...]


def card_form(
    structure: Structure,
    key: str,
    locale: Locale,
    *,
    sent: CardInput | None = None,
    faults: tuple[Fault, ...] = (),
    clashes: tuple[Clash, ...] = (),
    more: str = "",
) -> CardForm:
    """Return the form of a question as it is kept; what could not be written of what was `sent` stands instead.

    Raises: KeyError: there is no such question.
    """
    definition = structure.definition
    node = structure.places[structure.by_key[key]].node
    kept = read_fields(definition, key, locale.tag)
    titles = titles_by_name(definition)
    wrong = {fault.name: word_fault(fault.code, fault.details, titles) for fault in faults}
    unwritten = {clash.name: clash.mine for clash in clashes}
    unwritten |= {fault.name: sent.fields[fault.name] for fault in faults if sent and fault.name in sent.fields}
    is_item = isinstance(node, Item)
    kind = kind_of(node) if isinstance(node, Item) else None
    numbers = question_numbers(definition)
    return CardForm(
        key=key,
        name=node.name,
        former=former_keys(node),
        place=structure.by_key[key],
        number=numbers.get(key, ""),
        locale=locale,
        is_group=not is_item,
        is_repeat=isinstance(node, Repeat),
        is_asked=isinstance(node, Item) and node.type.is_answered,
        is_tick=isinstance(node, Item) and node.type is ItemType.ACKNOWLEDGE,
        is_silent=isinstance(node, Item) and node.type.is_silent,
        is_range=isinstance(node, Item) and node.type is ItemType.RANGE,
        has_choices=isinstance(node, Item) and node.type.has_choices,
        kind=kind.value if kind else "",
        kind_words=node_kind(node),
        kinds=kind_menu() if kind else (),
        values={**kept, **unwritten, **({"required": IF} if more == "required_if" else {})},
        main=read_fields(definition, key, definition.default_locale),
        errors=wrong,
        clashes=tuple((field_name(each.name), each.theirs, each.mine) for each in clashes),
        sentences=_sentences(structure, node, sent, wrong, more),
        subjects=subject_menu(definition, numbers, key),
        earlier=_earlier(structure, key, numbers),
        choices=_choices(definition, node, locale) if isinstance(node, Item) else (),
        list_name=node.list_name if isinstance(node, Item) else "",
        shared_with=_shared_with(definition, node),
        lists=_lists(definition, node, locale),
        cascade=_cascade(structure, node, numbers) if isinstance(node, Item) else None,
        calculation=_calculation(structure, node, sent, numbers) if isinstance(node, Item) else None,
        looks=_looks(node),
        advice=_advice(kept, locale),
        choice_advice=_choice_advice(definition, node, locale),
        cards=_cards(definition, node, numbers),
        word_lists=_word_lists(definition, node, locale),
        targets=_targets(definition, node),
        target=parent_of(definition, key),
        uses=tuple(dict.fromkeys(title_of(definition, use.key) for use in uses_of(definition, key) if use.key)),
    )


def _earlier(structure: Structure, key: str, numbers: Mapping[str, str]) -> Options:
    """Return the questions whose answers a text may take up: those asked before."""
    definition, place = structure.definition, structure.by_key[key]
    asked = (item for item in subjects(definition, key) if structure.by_key[item.key] < place)
    return tuple((item.name, question_label(definition, item, numbers)) for item in asked if not item.type.is_silent)


def _sentences(
    structure: Structure, node: Node, sent: CardInput | None, wrong: Mapping[str, str], more: str
) -> dict[str, SentenceForm]:
    found = {}
    for name in SENTENCES:
        if isinstance(node, Group) and name != "relevant":
            continue
        rule = getattr(node, "required" if name == "required_if" else name)
        is_wrong = sent is not None and name in wrong
        found[name] = sentence_form(
            structure,
            name,
            rule if isinstance(rule, Expression) else None,
            at=node.key,
            typed=sent.typed.get(name) if sent and is_wrong else None,
            formula=sent.formulas.get(name) if sent and is_wrong else None,
            error=wrong.get(name, ""),
            more=more,
        )
    return found


def _label(definition: Definition, choice: Choice, tag: str) -> str:
    return plain(definition.text(choice.labels, tag)[0]) or choice.name


def _choices(definition: Definition, item: Item, locale: Locale) -> tuple[ChoiceForm, ...]:
    choices = definition.choice_lists.get(item.list_name, ())
    cascade = read_cascade(item.choice_filter) if item.choice_filter else None
    return tuple(
        ChoiceForm(
            choice.name,
            choice.labels.get(locale.tag, ""),
            choice.labels.get(definition.default_locale, ""),
            choice.attributes.get(cascade[0], "") if cascade else "",
            choice.media.get("image", {}).get(locale.tag, ""),
            place == 0,
            place == len(choices) - 1,
        )
        for place, choice in enumerate(choices)
    )


def _shared_with(definition: Definition, node: Node) -> tuple[str, ...]:
    if not isinstance(node, Item) or not node.list_name:
        return ()
    return tuple(title_of(definition, key) for key in users_of(definition, node.list_name) if key != node.key)


def _lists(definition: Definition, node: Node, locale: Locale) -> Options:
    """Return the other lists of the form, each by its first answers."""
    if not isinstance(node, Item) or not node.type.has_choices:
        return ()
    found = []
    for name, choices in definition.choice_lists.items():
        if name != node.list_name and choices:
            words = ", ".join(_label(definition, choice, locale.tag) for choice in choices[:_PREVIEWED])
            found.append((name, f"{words}…" if len(choices) > _PREVIEWED else words))
    return tuple(found)


def _cascade(structure: Structure, item: Item, numbers: Mapping[str, str]) -> CascadeForm | None:
    """Return the choice of an earlier question that the answers depend on, None for a filter of another sort."""
    definition = structure.definition
    cascade = read_cascade(item.choice_filter) if item.choice_filter else None
    if not item.type.has_choices or (item.choice_filter is not None and cascade is None):
        return None
    earlier = [
        each
        for each in definition.items()
        if each.type is ItemType.SELECT_ONE
        and structure.by_key[each.key] < structure.by_key[item.key]
        and each.list_name in definition.choice_lists
        and each.list_name != item.list_name
    ]
    column, question = cascade or ("", "")
    parent = next((each for each in definition.items() if each.name == question), None)
    answers = definition.choice_lists.get(parent.list_name, ()) if parent else ()
    return CascadeForm(
        question,
        column,
        tuple((each.name, question_label(definition, each, numbers)) for each in earlier),
        tuple((choice.name, _label(definition, choice, definition.default_locale)) for choice in answers),
    )


def _calculation(
    structure: Structure, item: Item, sent: CardInput | None, numbers: Mapping[str, str]
) -> CalculationForm | None:
    if item.type is not ItemType.CALCULATE and item.calculation is None:
        return None
    definition = structure.definition
    read = read_calculation(item.calculation) if item.calculation else None
    shown = read or Calculation(Operation.SUM, ())
    counted = {ItemType.INTEGER, ItemType.DECIMAL, ItemType.RANGE, ItemType.SELECT_ONE, ItemType.CALCULATE}
    others = [each for each in definition.items() if each.key != item.key]
    source = item.calculation.source if item.calculation else ""
    return CalculationForm(
        shown.operation.value if read else "",
        shown.names,
        shown.empty_is_zero,
        tuple((each.name, question_label(definition, each, numbers)) for each in others if each.type in counted),
        tuple((each.name, question_label(definition, each, numbers)) for each in others if each.type is ItemType.DATE),
        source,
        sent.formulas.get("calculation", source) if sent else source,
        item.calculation is not None and read is None,
    )


def _looks(node: Node) -> Options:
    if not isinstance(node, Item):
        return ()
    if node.is_signature:
        return ()
    return tuple((look, look_name(node, look)) for look in LOOKS.get(node.type, ()))


def _advice(kept: Mapping[str, str], locale: Locale) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the advice on the texts of a question, by field."""
    found = {name: advise(kept[name], locale) for name in TEXTS if kept.get(name)}
    return {name: advice for name, advice in found.items() if advice}


def _choice_advice(definition: Definition, node: Node, locale: Locale) -> tuple[tuple[str, str, str], ...]:
    """Return the advice on the answers to choose from: the answer, the words of it, and what to do."""
    choices = definition.choice_lists.get(node.list_name, ()) if isinstance(node, Item) else ()
    return tuple(
        (_label(definition, choice, locale.tag), words, what)
        for choice in choices[:_ADVISED_CHOICES]
        for words, what in advise(choice.labels.get(locale.tag, ""), locale)
    )


def _cards(definition: Definition, node: Node, numbers: Mapping[str, str]) -> Options:
    """Return the questions of lists of cards that a question elsewhere may choose among."""
    if not isinstance(node, Item) or node.type not in (ItemType.SELECT_ONE, ItemType.RANK):
        return ()
    repeats = [each for each in definition.nodes() if isinstance(each, Repeat)]
    return tuple(
        (f"${{{item.name}}}", question_label(definition, item, numbers))
        for repeat in repeats
        for item in subtree(repeat)
        if isinstance(item, Item) and item.type in _NAMING and item.key != node.key
    )


def _word_lists(definition: Definition, node: Node, locale: Locale) -> Options:
    """Return the lists of the form, each by its first answers, for the words above a scale of numbers."""
    if not isinstance(node, Item) or node.type is not ItemType.RANGE:
        return ()
    return tuple(
        (name, ", ".join(_label(definition, choice, locale.tag) for choice in choices[:_PREVIEWED]))
        for name, choices in definition.choice_lists.items()
        if choices
    )


def _targets(definition: Definition, node: Node) -> Options:
    """Return where a question or group may go: the top of the form, and each group that is not itself or inside it."""
    inside = {each.key for each in subtree(node)}
    groups = [each for each in definition.nodes() if isinstance(each, Group) and each.key not in inside]
    return (
        ("", str(_("The form itself, in no group"))),
        *((group.key, title_of(definition, group.key)) for group in groups),
    )
