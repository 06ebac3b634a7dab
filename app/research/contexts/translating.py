"""Two languages side by side: every text of a form, those that lack first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.research.contexts.editor import question_numbers, title_of
from app.research.contexts.plain_texts import advise
from app.wording.forms import field_name
from surveys.definition import Definition, Locale
from surveys.editing.fields import Clash
from surveys.editing.languages import Slot, slots
from surveys.editing.lists import users_of

PER_PAGE = 40
KNOWN = (
    ("fr-x-falc", "Français facile"),
    ("en", "English"),
    ("ar", "العربية"),
    ("es", "Español"),
    ("pt", "Português"),
    ("tr", "Türkçe"),
    ("ro", "Română"),
    ("uk", "Українська"),
    ("ru", "Русский"),
    ("fa", "فارسی"),
    ("ps", "پښتو"),
    ("ta", "தமிழ்"),
    ("bn", "বাংলা"),
    ("zh", "中文"),
    ("de", "Deutsch"),
    ("it", "Italiano"),
    ("fr", "Français"),
)
"""Languages often met at the counters of social support, by their own names."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text to translate; `where` names its question, `theirs` what somebody else wrote meanwhile."""

    address: str
    where: str
    what: str
    source: str
    target: str
    theirs: str
    rows: int
    advice: tuple[tuple[str, str], ...]

    @property
    def is_missing(self) -> bool:
        """Whether nothing was written yet."""
        return not self.target


@dataclass(frozen=True, slots=True)
class Translating:
    """A page of texts in two languages."""

    source: Locale
    target: Locale
    rows: tuple[TextRow, ...]
    page: int
    pages: int


def translating(
    definition: Definition,
    source: Locale,
    target: Locale,
    page: int,
    *,
    typed: Mapping[str, str] | None = None,
    clashes: Sequence[Clash] = (),
) -> Translating:
    """Return a page of texts, those that lack first; `typed` texts that could not be saved stand instead."""
    theirs = {clash.name: clash.theirs for clash in clashes}
    numbers = question_numbers(definition)
    rows = [
        _row(definition, slot, source, target, numbers, {**(typed or {})}, theirs)
        for slot in slots(definition)
        if slot.texts.get(source.tag) or slot.texts.get(target.tag)
    ]
    rows.sort(key=lambda row: (row.address not in theirs, not row.is_missing))
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = min(max(1, page), pages)
    return Translating(source, target, tuple(rows[(page - 1) * PER_PAGE : page * PER_PAGE]), page, pages)


def _row(
    definition: Definition,
    slot: Slot,
    source: Locale,
    target: Locale,
    numbers: Mapping[str, str],
    typed: Mapping[str, str],
    theirs: Mapping[str, str],
) -> TextRow:
    key = slot.key or next(iter(users_of(definition, slot.list_name)), "")
    title = title_of(definition, key) if key else slot.list_name
    number = numbers.get(key, "")
    text = slot.texts.get(source.tag, "")
    kept = slot.texts.get(target.tag, "")
    return TextRow(
        slot.address,
        f"{number}. {title}" if number else title,
        str(_("answer")) if slot.list_name else field_name(slot.field),
        text,
        typed.get(slot.address, kept) if slot.address in theirs else kept,
        theirs.get(slot.address, ""),
        max(1, min(6, -(-len(text) // 45))),
        advise(kept, target) if kept else (),
    )


def addable(definition: Definition) -> tuple[tuple[str, str], ...]:
    """Return the languages that a form does not have yet."""
    have = {locale.tag for locale in definition.locales}
    return tuple((tag, name) for tag, name in KNOWN if tag not in have)


def known_name(tag: str) -> str:
    """Return the name of a language by its tag, "" for one that is not listed."""
    return dict(KNOWN).get(tag, "")
