"""What the keying screen shows: one row a field, with the codes that may be typed and what was understood."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.components.answer_words import grouped_text
from app.components.rich_text import plain
from app.wording import word_code
from surveys.definition import Item, ItemType
from surveys.models import Missing
from surveys.paper.keyed import Field, Keyed, fields_of
from surveys.paper.plan import PaperPlan, plan_of
from surveys.paper.sheets import Sheet
from surveys.versions import LoadedVersion

MAX_CODES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code and what it stands for."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One field of the screen. `meaning` is what was understood; `is_off` when the form leaves it aside.

    `jumps`: one sign is a whole answer, so that the next field may have the cursor at once.
    """

    key: str
    id: str
    number: int
    card: str
    label: str
    how: str
    codes: tuple[CodeRow, ...]
    typed: str
    is_long: bool
    jumps: bool
    meaning: str
    problem: str
    warning: str
    is_off: bool
    has_surplus: bool


def field_rows(version: LoadedVersion, sheet: Sheet, keyed: Keyed) -> tuple[FieldRow, ...]:
    """Return the fields of a sheet in order."""
    plan = plan_of(version.structure)
    rows = []
    card = ""
    for place, field in enumerate(fields_of(plan, sheet.cards)):
        title = _card_title(version, field)
        rows.append(_row(version, plan, sheet, keyed, field, place, title if title != card else ""))
        card = title
    return tuple(rows)


def _card_title(version: LoadedVersion, field: Field) -> str:
    if not field.numbers:
        return ""
    place = version.structure.places[version.structure.by_key[field.stop.item.key]]
    group = version.structure.places[place.repeats[-1]].node
    label = plain(version.definition.text(group.labels, version.definition.default_locale)[0])
    number = ".".join(map(str, field.numbers))
    return str(_("%(label)s, card %(number)s", label=label or group.name, number=number))


def _row(
    version: LoadedVersion, plan: PaperPlan, sheet: Sheet, keyed: Keyed, field: Field, place: int, card: str
) -> FieldRow:
    item = field.stop.item
    codes = plan.codes.get(item.key, {})
    labels = choice_labels(version, item, sheet.locale)
    listed = tuple(CodeRow(str(code), labels.get(name, name)) for name, code in codes.items())
    return FieldRow(
        key=field.key,
        id=f"f{place}",
        number=field.stop.number,
        card=card,
        label=plain(version.definition.text(item.labels, sheet.locale)[0]) or item.name,
        how=_how(item),
        codes=listed[:MAX_CODES_SHOWN],
        typed=keyed.typed[field.key],
        is_long=item.type is ItemType.TEXT and item.has_appearance("multiline"),
        jumps=item.type in (ItemType.SELECT_ONE, ItemType.ACKNOWLEDGE) and all(len(each.code) == 1 for each in listed),
        meaning=meaning(item, keyed, field.key, labels),
        problem=_sentence(keyed.problems.get(field.key, "")),
        warning=_warning(keyed, field.key),
        is_off=field.key not in keyed.relevant,
        has_surplus=field.key in keyed.surplus,
    )


def choice_labels(version: LoadedVersion, item: Item, tag: str) -> dict[str, str]:
    """Return the words of the choices of an item by their names."""
    if item.type is ItemType.ACKNOWLEDGE:
        return {"OK": str(_("ticked"))}
    return {
        choice.name: plain(version.definition.text(choice.labels, tag)[0]) or choice.name
        for choice in version.structure.choices(item)
    }


def _how(item: Item) -> str:
    """Say how a field is typed, where codes do not."""
    ways = {
        ItemType.SELECT_MULTIPLE: _("codes with a space between them: 1 3"),
        ItemType.RANK: _("codes in order: the first one first"),
        ItemType.DATE: _("day, month, year: 31122025"),
        ItemType.DATETIME: _("day and time: 31/12/2025 14:30"),
        ItemType.TIME: _("hours and minutes: 1430"),
    }
    return str(ways.get(item.type, ""))


def meaning(item: Item, keyed: Keyed, key: str, labels: Mapping[str, str]) -> str:
    """Return what was understood of a field, in words."""
    read = keyed.reads[key]
    if read.problem or not read.is_seen:
        return ""
    if read.mark is not None:
        return mark_name(read.mark)
    return _value_words(item, read.value, labels) if read.value is not None else str(_("nothing written"))


def mark_name(mark: Missing) -> str:
    """Return why there is no value."""
    names: dict[Missing, str] = {
        Missing.UNKNOWN: _("does not know"),
        Missing.REFUSED: _("refused"),
        Missing.ILLEGIBLE: _("cannot be read"),
    }
    return str(names[mark])


def _value_words(item: Item, value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(labels.get(name, name) for name in value)
    if item.type.has_choices or item.type is ItemType.ACKNOWLEDGE:
        return labels.get(value, value)
    # A text is what was typed: saying it again helps nobody.
    return "" if item.type is ItemType.TEXT else grouped_text(value) if isinstance(value, int | float) else str(value)


def _sentence(code: str) -> str:
    if not code:
        return ""
    if code == "surveys.off_the_scale":
        return str(_("This number is not on the scale."))
    return word_code(code, {"limit": ""})


def _warning(keyed: Keyed, key: str) -> str:
    if key not in keyed.warnings:
        return ""
    said = plain(keyed.warnings[key])
    return said or str(_("The form does not expect this. Check the sheet; it is kept as it is."))
