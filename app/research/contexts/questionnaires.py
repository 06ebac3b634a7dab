"""What the screens of questionnaires show: pages as on a phone, items with their rules in words."""

from dataclasses import dataclass

from flask_babel import gettext as _

from app.components.form_media import FormMedia
from app.components.question import QuestionView, question_view
from app.components.rich_text import plain
from app.wording.conditions import quoted_names, word_condition
from surveys.cards import list_title
from surveys.conditions import describe
from surveys.definition import Item, ItemType, Locale, Node
from surveys.engine import FormState, evaluate_form
from surveys.expressions import Expression
from surveys.routing import Page
from surveys.structure import Structure
from surveys.versions import LoadedVersion


@dataclass(frozen=True, slots=True)
class PreviewQuestion:
    """A question as on the phone, and when it is shown; `rule` is the condition as its author wrote it."""

    view: QuestionView
    when: str
    rule: str


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """One page of the phone."""

    number: int
    title: str
    when: str
    questions: tuple[PreviewQuestion, ...]
    is_list: bool
    """Whether it is the page of a list of cards; the pages that follow are those of one card."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the list of items."""

    key: str
    type: str
    label: str
    needed: str
    relevant: str
    relevant_words: str
    constraint: str
    calculation: str


def preview_pages(version: LoadedVersion, locale: Locale, media: FormMedia) -> tuple[PreviewPage, ...]:
    """Return every page of a version, those behind a condition too, in one language."""
    state = evaluate_form(version.structure, {}, locale=locale.tag, is_counted=False)
    return tuple(_preview_page(version, state, page, locale, media) for page in version.pages)


def _preview_page(
    version: LoadedVersion, state: FormState, page: Page, locale: Locale, media: FormMedia
) -> PreviewPage:
    keys = [*page.headings, page.roster] if page.roster else list(page.headings)
    labels = [plain(list_title(state, key, locale.tag)) for key in keys]
    groups = [version.structure.place(key).node for key in keys]
    questions = tuple(
        PreviewQuestion(
            question_view(state, shown, locale=locale, answers={}, missing={}, is_preview=True, media=media),
            in_words(version.structure, version.structure.item(key), locale),
            source_of(version.structure.item(key).relevant),
        )
        for key, shown in zip(page.items, page.at((1,) * len(page.repeats)).items, strict=True)
    )
    return PreviewPage(
        page.number + 1,
        " › ".join(label for label in labels if label),
        _(" and ").join(in_words(version.structure, group, locale) for group in groups if group.relevant is not None),
        questions,
        bool(page.roster),
    )


def source_of(rule: Expression | bool | None) -> str:
    """Return a rule as its author wrote it."""
    return rule.source if isinstance(rule, Expression) else ""


def in_words(structure: Structure, node: Node, locale: Locale) -> str:
    """Return when a node is shown, with questions and choices by their labels; "" when it always is."""
    if node.relevant is None:
        return ""
    condition = describe(structure, node.relevant, at=structure.by_key[node.key])
    return word_condition(condition, structure, quoted_names(structure, locale.tag))


def item_rows(structure: Structure, locale: Locale) -> tuple[ItemRow, ...]:
    """List the items with type and rules."""
    return tuple(_item_row(structure, item, locale) for item in structure.definition.items())


def _item_row(structure: Structure, item: Item, locale: Locale) -> ItemRow:
    needed = _("yes") if item.required is True else source_of(item.required) if item.required else ""
    return ItemRow(
        item.key,
        item_type_name(item.type),
        plain(structure.definition.text(item.labels, locale.tag)[0]),
        needed,
        source_of(item.relevant),
        in_words(structure, item, locale),
        source_of(item.constraint),
        source_of(item.calculation),
    )


def item_type_name(kind: ItemType) -> str:
    """Return a type of item as screens call it."""
    names = {
        ItemType.NOTE: _("Note"),
        ItemType.TEXT: _("Text"),
        ItemType.INTEGER: _("Whole number"),
        ItemType.DECIMAL: _("Number"),
        ItemType.RANGE: _("Scale"),
        ItemType.DATE: _("Date"),
        ItemType.TIME: _("Time"),
        ItemType.DATETIME: _("Date and time"),
        ItemType.SELECT_ONE: _("One choice"),
        ItemType.SELECT_MULTIPLE: _("Several choices"),
        ItemType.RANK: _("Ranking"),
        ItemType.ACKNOWLEDGE: _("Box to tick"),
        ItemType.BARCODE: _("Bar code"),
        ItemType.GEOPOINT: _("Place"),
        ItemType.GEOTRACE: _("Way"),
        ItemType.GEOSHAPE: _("Area"),
        ItemType.IMAGE: _("Picture"),
        ItemType.AUDIO: _("Sound"),
        ItemType.VIDEO: _("Film"),
        ItemType.FILE: _("File"),
        ItemType.CALCULATE: _("Calculation"),
        ItemType.HIDDEN: _("Hidden value"),
    }
    return str(names.get(kind, _("Filled by the server")))
