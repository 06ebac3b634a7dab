"""Languages of a form and its texts to translate, each with an address that stays while the form changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from core.errors import Conflict, Invalid, NotFound
from surveys.definition import Choice, Definition, Item, Locale, Node, Texts
from surveys.editing.fields import TEXTS, with_text
from surveys.editing.references import Part
from surveys.editing.tree import map_nodes

_FIELDS = {part: name for name, part in TEXTS.items()}
_MAX_TAG = 35


@dataclass(frozen=True, slots=True)
class Slot:
    """One text of the form: of a node (`key`, `field`) or of a choice (`list_name`, `choice`)."""

    texts: Texts
    field: str
    key: str = ""
    list_name: str = ""
    choice: str = ""

    @property
    def address(self) -> str:
        """What names it in a form: `key|field`, or `@list|choice`."""
        return f"{self.key}|{self.field}" if self.key else f"@{self.list_name}|{self.choice}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the texts a language has."""

    locale: Locale
    done: int
    total: int

    @property
    def missing(self) -> int:
        """How many it lacks."""
        return self.total - self.done


def slots(definition: Definition) -> Iterator[Slot]:
    """Yield every text that respondents read, in the order of the form; a list stands where it is first used."""
    seen: set[str] = set()
    for node in definition.nodes():
        for part, name in _FIELDS.items():
            texts = getattr(node, part, {})
            if any(texts.values()):
                yield Slot(texts, name, node.key)
        list_name = node.list_name if isinstance(node, Item) else ""
        if list_name and list_name not in seen:
            seen.add(list_name)
            for choice in definition.choice_lists.get(list_name, ()):
                if any(choice.labels.values()):
                    yield Slot(choice.labels, "label", list_name=list_name, choice=choice.name)


def texts_in(definition: Definition, tag: str) -> dict[str, str]:
    """Return every text in one language by its address, "" where it lacks."""
    return {slot.address: slot.texts.get(tag, "") for slot in slots(definition)}


def progress(definition: Definition) -> tuple[Progress, ...]:
    """Return how far each language of the form is, the default one first."""
    texts = [slot.texts for slot in slots(definition)]
    order = sorted(definition.locales, key=lambda locale: locale.tag != definition.default_locale)
    return tuple(Progress(locale, sum(bool(each.get(locale.tag)) for each in texts), len(texts)) for locale in order)


def set_texts(definition: Definition, tag: str, texts: Mapping[str, str]) -> Definition:
    """Write texts by their addresses in one language; addresses that are no more are passed over.

    Raises: NotFound("surveys.language_not_found").
    """
    check_language(definition, tag)
    typed = {address: text.replace("\r\n", "\n").strip() for address, text in texts.items()}

    def change(node: Node) -> tuple[Node]:
        changes: dict[str, Any] = {}
        for part, name in _FIELDS.items():
            if hasattr(node, part) and (text := typed.get(f"{node.key}|{name}")) is not None:
                changes[part] = with_text(getattr(node, part), tag, text)
        return (replace(node, **changes) if changes else node,)

    def choice(list_name: str, each: Choice) -> Choice:
        text = typed.get(f"@{list_name}|{each.name}")
        return each if text is None else replace(each, labels=with_text(each.labels, tag, text))

    lists = {name: tuple(choice(name, each) for each in choices) for name, choices in definition.choice_lists.items()}
    return replace(map_nodes(definition, change), choice_lists=lists)


def check_language(definition: Definition, tag: str) -> None:
    """Accept a language of the form.

    Raises: NotFound("surveys.language_not_found").
    """
    if all(locale.tag != tag for locale in definition.locales):
        raise NotFound("surveys.language_not_found", tag=tag)


def add_language(definition: Definition, tag: str, name: str) -> Definition:
    """Add a language, without any text yet.

    Raises: Invalid("surveys.language_malformed"); Conflict("surveys.language_taken").
    """
    parts = tag.split("-")
    if not tag or len(tag) > _MAX_TAG or not all(part.isascii() and part.isalnum() and len(part) < 9 for part in parts):  # noqa: PLR2004  BCP-47
        raise Invalid("surveys.language_malformed", tag=tag)
    if any(locale.tag.lower() == tag.lower() for locale in definition.locales):
        raise Conflict("surveys.language_taken", tag=tag)
    return replace(definition, locales=(*definition.locales, Locale(tag, name.strip() or tag)))


def rename_language(definition: Definition, tag: str, name: str) -> Definition:
    """Call a language otherwise; its tag stays.

    Raises: NotFound("surveys.language_not_found").
    """
    check_language(definition, tag)
    named = (Locale(each.tag, name.strip() or tag) if each.tag == tag else each for each in definition.locales)
    return replace(definition, locales=tuple(named))


def set_default_language(definition: Definition, tag: str) -> Definition:
    """Make a language the one that stands in where another has no text.

    Raises: NotFound("surveys.language_not_found").
    """
    check_language(definition, tag)
    return replace(definition, default_locale=tag)


def remove_language(definition: Definition, tag: str) -> Definition:
    """Take a language away with all its texts, files named for it included.

    Raises: NotFound("surveys.language_not_found"); Conflict("surveys.language_default"): it stands in for the others.
    """
    check_language(definition, tag)
    if tag == definition.default_locale:
        raise Conflict("surveys.language_default")
    lists = {
        name: tuple(_without(choice, tag) for choice in choices) for name, choices in definition.choice_lists.items()
    }
    left = tuple(locale for locale in definition.locales if locale.tag != tag)
    return replace(map_nodes(definition, lambda node: (_without(node, tag),)), choice_lists=lists, locales=left)


def _without(part: Part, tag: str) -> Part:
    changes: dict[str, Any] = {}
    for each in fields(part):
        value = getattr(part, each.name)
        if each.name in _FIELDS and tag in value:
            changes[each.name] = with_text(value, tag, "")
        elif each.name == "media":
            kept = {kind: with_text(texts, tag, "") for kind, texts in value.items()}
            changes["media"] = {kind: texts for kind, texts in kept.items() if texts}
    return replace(part, **changes) if changes else part
