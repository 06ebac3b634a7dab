"""What the screens of the bank show: questions by theme, one question with its words and its uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.components.rich_text import plain
from app.research.contexts.editor import node_kind
from studies.models import Population, PopulationKind
from surveys.definition import Item, Locale
from surveys.editing import bank_items
from surveys.editing.bank_items import Wording
from surveys.editing.bank_reads import BankRow, BankUse, bank_uses, list_bank, population_kind
from surveys.editing.history import OpenDraft
from surveys.editing.operations import bank_link
from surveys.editing.tree import node_of, own_of
from surveys.models import Questionnaire


@dataclass(frozen=True, slots=True)
class BankLine:
    """A question in the list of the bank."""

    key: str
    title: str
    kind: str
    scale: str
    answers: str
    languages: tuple[str, ...]
    has_mirror: bool
    uses: int
    is_retired: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """The questions of one theme."""

    theme: str
    lines: tuple[BankLine, ...]


def shelves(rows: Sequence[BankRow], uses: Mapping[str, Sequence[BankUse]]) -> tuple[Shelf, ...]:
    """Put the questions of a bank under their themes."""
    themes = dict.fromkeys(row.theme for row in rows)
    return tuple(
        Shelf(theme or str(_("Without a theme")), tuple(_line(row, uses) for row in rows if row.theme == theme))
        for theme in themes
    )


def _line(row: BankRow, uses: Mapping[str, Sequence[BankUse]]) -> BankLine:
    form = row.content.form
    return BankLine(
        row.key,
        title_of_row(row),
        node_kind(row.content.item),
        row.scale,
        " · ".join(plain(form.text(choice.labels, form.default_locale)[0]) for choice in row.content.choices),
        tuple(locale.name or locale.tag for locale in form.locales if row.content.item.labels.get(locale.tag)),
        bool(row.content.wordings),
        len({use.questionnaire_id for use in uses.get(row.key, ())}),
        row.retired_at is not None,
    )


def title_of_row(row: BankRow) -> str:
    """Return a question of the bank in its own words."""
    form = row.content.form
    return plain(form.text(row.content.item.labels, form.default_locale)[0]) or row.key


@dataclass(frozen=True, slots=True)
class WordingField:
    """One text of a population: its name in the form, what it is, the common words, its own."""

    name: str
    what: str
    common: str
    own: str
    locale: Locale


@dataclass(frozen=True, slots=True)
class WordingForm:
    """The words of a question for one population."""

    kind: str
    population: str
    fields: tuple[WordingField, ...]


def wording_forms(session: Session, study_id: UUID, row: BankRow) -> tuple[WordingForm, ...]:
    """Return the words of a question for each population of the study but the one its common words are for."""
    kinds = session.execute(
        select(Population.kind, Population.name)
        .where(Population.study_id == study_id)
        .order_by(Population.position, Population.name)
    )
    names: dict[PopulationKind, str] = {}
    for kind, name in kinds:
        names.setdefault(kind, name)
    return tuple(
        WordingForm(kind.value, name, _wording_fields(row, row.content.wordings.get(kind.value, Wording())))
        for kind, name in names.items()
        if kind.value != row.content.main
    )


def _wording_fields(row: BankRow, own: Wording) -> tuple[WordingField, ...]:
    fields = []
    item = row.content.item
    for locale in row.content.form.locales:
        tag = locale.tag
        fields.append(
            WordingField(f"label:{tag}", str(_("words")), item.labels.get(tag, ""), own.labels.get(tag, ""), locale)
        )
        if item.hints.get(tag):
            fields.append(WordingField(f"hint:{tag}", str(_("help")), item.hints[tag], own.hints.get(tag, ""), locale))
        fields += [
            WordingField(
                f"choice:{tag}:{choice.name}",
                str(_("answer")),
                choice.labels.get(tag, ""),
                own.choices.get(choice.name, {}).get(tag, ""),
                locale,
            )
            for choice in row.content.choices
        ]
    return tuple(fields)


def read_wording(form: Mapping[str, str]) -> Wording:
    """Return the words that a page sent for one population."""
    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    choices: dict[str, dict[str, str]] = {}
    for name, text in form.items():
        head, _colon, rest = name.partition(":")
        if head == "label":
            labels[rest] = text
        elif head == "hint":
            hints[rest] = text
        elif head == "choice":
            tag, _colon, choice = rest.partition(":")
            choices.setdefault(choice, {})[tag] = text
    return Wording(labels, hints, choices)


@dataclass(frozen=True, slots=True)
class UseLine:
    """Where a question is asked; `is_late` follows an older state of the bank, `can_refresh` is a draft."""

    use: BankUse
    is_late: bool

    @property
    def can_refresh(self) -> bool:
        """Whether it can be brought up to date: published versions never are."""
        return self.is_late and not self.use.is_published


def use_lines(row: BankRow, uses: Mapping[str, Sequence[BankUse]]) -> tuple[UseLine, ...]:
    """Return where a question of the bank is asked, drafts that follow an older state of it first."""
    lines = [UseLine(use, use.number < row.number) for use in uses.get(row.key, ())]
    return tuple(sorted(lines, key=lambda line: not line.can_refresh))


@dataclass(frozen=True, slots=True, kw_only=True)
class BankState:
    """How the open question stands to the bank, and where its mirror may be made."""

    key: str
    number: int
    latest: int
    created_at: datetime | None
    is_changed: bool
    is_mirror: bool
    can_enter: bool
    themes: tuple[str, ...]
    others: tuple[tuple[str, str], ...]

    @property
    def is_late(self) -> bool:
        """Whether the bank has a newer state of the question."""
        return bool(self.key) and self.number < self.latest


def bank_state(session: Session, draft: OpenDraft, key: str) -> BankState | None:
    """Return how a question stands to the bank, None for what the bank does not keep; four statements."""
    node = node_of(draft.definition, key)
    if not isinstance(node, Item) or node.type.is_silent:
        return None
    bank_key, number = bank_link(node)
    rows = list_bank(session, draft.study_id, with_retired=True)
    row = next((each for each in rows if each.key == bank_key), None)
    kind = population_kind(session, draft.population_id)
    others = session.execute(
        select(Questionnaire.id, Questionnaire.title, Population.name)
        .outerjoin(Population, Population.id == Questionnaire.population_id)
        .where(Questionnaire.study_id == draft.study_id, Questionnaire.id != draft.questionnaire_id)
        .order_by(Questionnaire.title)
    )
    return BankState(
        key=bank_key if row else "",
        number=number,
        latest=row.number if row else 0,
        created_at=row.created_at if row else None,
        is_changed=row is not None
        and number == row.number
        and bank_items.differs(draft.definition, key, row.content, population=kind),
        is_mirror=bool(own_of(node).get("mirror")),
        can_enter=True,
        themes=tuple(dict.fromkeys(each.theme for each in rows if each.theme)),
        others=tuple((str(id_), f"{title} ({name})" if name else title) for id_, title, name in others),
    )


def bank_shelves(session: Session, study_id: UUID, *, with_retired: bool = False) -> tuple[Shelf, ...]:
    """Return the whole bank of a study by theme; two statements."""
    return shelves(list_bank(session, study_id, with_retired=with_retired), bank_uses(session, study_id))
