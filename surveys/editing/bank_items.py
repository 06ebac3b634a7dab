"""A question as the bank keeps it: alone in a form of its own, with its words for each population.

A question that comes from the bank carries `tresse::bank` (the key of the bank item) and `tresse::bank_version`. Asked
of two populations, it also carries `tresse::mirror`: the same key on both sides, so that both are one question.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import Invalid
from surveys.definition import Choice, Definition, Item, Node, Texts
from surveys.editing.naming import free, taken_names
from surveys.editing.operations import Spot
from surveys.editing.references import names_in
from surveys.editing.tree import keyed, node_of, own_of, with_node, with_nodes_at, with_own
from surveys.expressions import Expression

_SHARED = ("type", "labels", "hints", "guidance", "constraint", "constraint_messages", "media", "appearance")
"""What a question is in the bank; when it is shown, whether an answer is needed and its name belong to each form."""


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {tag: text.strip() for tag, text in texts.items() if text.strip()}


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of a question for one population, where they differ from its own."""

    labels: Texts = field(default_factory=dict)
    hints: Texts = field(default_factory=dict)
    choices: Mapping[str, Texts] = field(default_factory=dict)
    """Labels by the code of the answer."""

    def filled(self) -> "Wording":
        """Return these words without those left empty."""
        choices = {name: texts for name, words in self.choices.items() if (texts := _filled(words))}
        return Wording(_filled(self.labels), _filled(self.hints), choices)


@dataclass(frozen=True, slots=True)
class BankContent:
    """One state of a bank item: a form that holds the question alone, and its words by kind of population.

    `main` is the population that its common words are for, "" for any.
    """

    form: Definition
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    main: str = ""

    @property
    def item(self) -> Item:
        """The question itself."""
        return next(self.form.items())

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Its answers to choose from, if it has a list."""
        return self.form.choice_lists.get(self.item.list_name, ())

    def words_for(self, population: str) -> Item:
        """Return the question as one population reads it.

        Where it has words of its own, those of others are left out in every language: they would ask something else.
        """
        own = self.wordings.get(population)
        if own is None or not own.labels:
            return self.item
        hints = {tag: text for tag, text in self.item.hints.items() if tag in own.labels}
        return replace(self.item, labels=own.labels, hints={**hints, **own.hints})

    def choices_for(self, population: str) -> tuple[Choice, ...]:
        """Return the answers as one population reads them."""
        own = self.wordings.get(population, Wording()).choices
        return tuple(replace(each, labels=own.get(each.name) or each.labels) for each in self.choices)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON; `from_json` gives the same content back."""
        return {
            "form": self.form.to_json(),
            "main": self.main,
            "wordings": {
                kind: {
                    "labels": dict(words.labels),
                    "hints": dict(words.hints),
                    "choices": {name: dict(texts) for name, texts in words.choices.items()},
                }
                for kind, words in self.wordings.items()
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "BankContent":
        """Read what `to_json` wrote."""
        wordings = {kind: Wording(**words) for kind, words in data["wordings"].items()}
        return cls(Definition.from_json(data["form"]), wordings, data["main"])


def content_of(
    definition: Definition, key: str, wordings: Mapping[str, Wording] | None = None, *, main: str = ""
) -> BankContent:
    """Return a question of a form as the bank keeps it.

    Raises: NotFound("surveys.item_not_found");
        Invalid("surveys.bank_not_a_question"): a group, or what nobody is asked;
        Invalid("surveys.bank_speaks_of_others"): its words, check or answers name other questions of the form.
    """
    node = node_of(definition, key)
    if not isinstance(node, Item) or node.type.is_silent:
        raise Invalid("surveys.bank_not_a_question")
    choices = definition.choice_lists.get(node.list_name, ())
    own = Item(
        name=node.name,
        key=node.name,
        path=f"/{definition.root}/{node.name}",
        list_name=node.list_name,
        parameters=node.parameters,
        **{name: getattr(node, name) for name in _SHARED},
    )
    if _speaks_of_others(own, choices) or node.choice_filter is not None:
        raise Invalid("surveys.bank_speaks_of_others")
    lists = {node.list_name: choices} if choices else {}
    form = Definition(
        title=node.name,
        form_id=node.name,
        locales=definition.locales,
        default_locale=definition.default_locale,
        children=(own,),
        choice_lists=lists,
        root=definition.root,
    )
    return BankContent(form, dict(wordings or {}), main)


def _speaks_of_others(item: Item, choices: Iterable[Choice]) -> bool:
    texts = [*item.labels.values(), *item.hints.values(), *item.guidance.values()]
    texts += [text for choice in choices for text in choice.labels.values()]
    return any("${" in text for text in texts) or (item.constraint is not None and bool(names_in(item.constraint)))


def insert(
    definition: Definition,
    content: BankContent,
    spot: Spot,
    *,
    bank_key: str,
    number: int,
    population: str = "",
    is_mirror: bool = False,
    published: Collection[str] = (),
    is_back: bool = False,
) -> tuple[Definition, str]:
    """Put a bank item into a form, linked to its version; return the form and the key of the question.

    Its name is the key of the bank item where it is free: one question has one column in every questionnaire.
    `is_back` says that a published version asked it under that very name. Of its languages the form takes those it has.

    Raises: NotFound("surveys.group_not_found").
    """
    name = free(bank_key, taken_names(definition, [key for key in published if not (is_back and key == bank_key)]))
    item = _in_languages(content.words_for(population), definition)
    form, list_name = _with_list(definition, content, population, item.list_name, keep="")
    node: Node = replace(item, name=name, key="", path="", list_name=list_name)
    node = with_own(node, bank=bank_key, bank_version=str(number), mirror=bank_key if is_mirror else "")
    return keyed(with_nodes_at(form, (node,), parent=spot.parent, before=spot.before)), name


def refresh(definition: Definition, key: str, content: BankContent, *, number: int, population: str = "") -> Definition:
    """Bring a question up to date with the bank; its name, place, condition and settings stay.

    Raises: NotFound("surveys.item_not_found").
    """
    item = node_of(definition, key)
    if not isinstance(item, Item):
        return definition
    fresh = _in_languages(content.words_for(population), definition)
    form, list_name = _with_list(definition, content, population, fresh.list_name, keep=item.list_name)
    shared = {name: getattr(fresh, name) for name in _SHARED}
    node = replace(item, **shared, parameters=fresh.parameters, list_name=list_name)
    return with_node(form, key, with_own(node, bank_version=str(number)))


def differs(definition: Definition, key: str, content: BankContent, *, population: str = "") -> bool:
    """Whether a question was changed in its form since it came from the bank."""
    item = node_of(definition, key)
    if not isinstance(item, Item):
        return False
    fresh = _in_languages(content.words_for(population), definition)
    mine = definition.choice_lists.get(item.list_name, ())
    theirs = tuple(_choice_in(choice, definition) for choice in content.choices_for(population))
    return (
        any(_plain(getattr(item, name)) != _plain(getattr(fresh, name)) for name in _SHARED)
        or dict(item.parameters) != dict(fresh.parameters)
        or [(choice.name, dict(choice.labels)) for choice in mine]
        != [(choice.name, dict(choice.labels)) for choice in theirs]
    )


def _plain(value: Any) -> Any:
    return value.source if isinstance(value, Expression) else dict(value) if isinstance(value, Mapping) else value


def link(definition: Definition, key: str, *, bank_key: str, number: int, is_mirror: bool = False) -> Definition:
    """Say that a question is one of the bank.

    Raises: NotFound("surveys.item_not_found").
    """
    node = node_of(definition, key)
    mirror = bank_key if is_mirror else str(own_of(node).get("mirror", ""))
    return with_node(definition, key, with_own(node, bank=bank_key, bank_version=str(number), mirror=mirror))


def unlink(definition: Definition, key: str) -> Definition:
    """Make a question one of its form alone.

    Raises: NotFound("surveys.item_not_found").
    """
    return with_node(definition, key, with_own(node_of(definition, key), bank="", bank_version="", mirror=""))


def _texts_in(texts: Texts, form: Definition) -> Texts:
    return {locale.tag: texts[locale.tag] for locale in form.locales if texts.get(locale.tag)}


def _choice_in(choice: Choice, form: Definition) -> Choice:
    media = {kind: _texts_in(names, form) for kind, names in choice.media.items()}
    return replace(
        choice, labels=_texts_in(choice.labels, form), media={k: names for k, names in media.items() if names}
    )


def _in_languages(item: Item, form: Definition) -> Item:
    media = {kind: _texts_in(names, form) for kind, names in item.media.items()}
    return replace(
        item,
        labels=_texts_in(item.labels, form),
        hints=_texts_in(item.hints, form),
        guidance=_texts_in(item.guidance, form),
        constraint_messages=_texts_in(item.constraint_messages, form),
        media={kind: names for kind, names in media.items() if names},
    )


def _with_list(
    form: Definition, content: BankContent, population: str, list_name: str, *, keep: str
) -> tuple[Definition, str]:
    """Give a form the answers of a bank item: in the list the question has (`keep`), in one with the same, or anew."""
    if not list_name:
        return form, ""
    choices = tuple(_choice_in(choice, form) for choice in content.choices_for(population))
    users = sum(item.list_name == keep for item in form.items())
    if keep and (users == 1 or form.choice_lists.get(keep) == choices):
        return replace(form, choice_lists={**form.choice_lists, keep: choices}), keep
    for name, existing in form.choice_lists.items():
        if existing == choices:
            return form, name
    name = free(list_name, form.choice_lists)
    return replace(form, choice_lists={**form.choice_lists, name: choices}), name


def merged(old: BankContent, new: BankContent, kind: str) -> BankContent:
    """Put a question, as one population reads it, over the bank item: its words go where that population's are kept.

    Languages that the form does not have keep their words.
    """
    item = replace(
        new.item,
        name=old.item.name,
        key=old.item.key,
        path=old.item.path,
        list_name=old.item.list_name or new.item.list_name,
    )
    wordings = dict(old.wordings)
    if kind in wordings or (kind and old.main and kind != old.main):
        words = wordings.get(kind, Wording())
        wordings[kind] = Wording(
            {**words.labels, **new.item.labels},
            {**words.hints, **new.item.hints},
            {**words.choices, **{choice.name: choice.labels for choice in new.choices}},
        )
        item = replace(item, labels=old.item.labels, hints=old.item.hints)
        choices = _with_words(new.choices, old.choices, keep=True)
    else:
        item = replace(
            item, labels={**old.item.labels, **item.labels}, hints=_without_gone(old.item.hints, item.hints, new.form)
        )
        choices = _with_words(new.choices, old.choices, keep=False)
    locales = dict.fromkeys([*old.form.locales, *new.form.locales])
    tags: dict[str, Any] = {}
    for locale in locales:
        tags.setdefault(locale.tag, locale)
    lists = {item.list_name: choices} if item.list_name else {}
    form = replace(old.form, locales=tuple(tags.values()), children=(item,), choice_lists=lists)
    return replace(old, form=form, wordings=wordings)


def _without_gone(old: Mapping[str, str], new: Mapping[str, str], form: Definition) -> dict[str, str]:
    """Keep texts of languages that the form does not have; those it has are as it says, taken out included."""
    mine = {locale.tag for locale in form.locales}
    return {**{tag: text for tag, text in old.items() if tag not in mine}, **new}


def _with_words(new: Iterable[Choice], old: Iterable[Choice], *, keep: bool) -> tuple[Choice, ...]:
    before = {choice.name: choice for choice in old}
    found = []
    for choice in new:
        was = before.get(choice.name)
        if was is None:
            found.append(choice)
        elif keep:
            found.append(replace(choice, labels=was.labels))
        else:
            found.append(replace(choice, labels={**was.labels, **choice.labels}))
    return tuple(found)
