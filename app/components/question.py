"""One question as pages show it: on the phone that answers, and on the desk that previews it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from markupsafe import Markup

from app.components.answer_words import error_text, grouped_text, number_text
from app.components.form_media import FormMedia, ShownMedia
from app.components.rich_text import plain, rich
from surveys.attaching import MAX_BYTES
from surveys.definition import Item, ItemType, Locale
from surveys.engine import FormState, Violation
from surveys.items import Parsed
from surveys.items.ranges import bounds, marks
from surveys.models import Missing
from surveys.occurrences import split_key
from surveys.presentation import Look, faces_of, is_typed_range, look_of, offers

NOTHING = ShownMedia()
NO_FILES = FormMedia()
_COUNTED = (ItemType.INTEGER, ItemType.DECIMAL)


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One possible answer: `place` is its rank when it has one; `lang` is set when its text is in another language.

    `face` is 1 (sad) to 5 (happy), 0 for none.
    """

    name: str
    label: Markup
    chosen: bool
    lang: str
    direction: str
    place: str = ""
    media: ShownMedia = NOTHING
    face: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """What the field of a file needs: `address` gives back the one sent before, "" when there is none.

    `kind` is the type of the item, or « signature »; `new_id` is minted for the next one; `capture` names the camera or
    microphone to open at once, `limit` is in bytes.
    """

    new_id: str
    address: str
    kind: str
    accept: str
    capture: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """What the template needs of one question; texts are safe HTML, values are plain."""

    key: str
    id: str
    control: str
    look: str
    label: Markup
    title: str
    hint: Markup
    lang: str
    direction: str
    hint_lang: str
    hint_direction: str
    is_required: bool
    value: str
    choices: tuple[ChoiceView, ...]
    parts: tuple[tuple[str, str, str], ...]
    errors: tuple[str, ...]
    missing: str
    missing_options: tuple[tuple[str, str], ...]
    minimum: str
    maximum: str
    step: str
    media: ShownMedia
    ends: tuple[tuple[str, str], ...]
    """Marks of a scale that have words, with the words."""
    is_statement: bool
    """Whether it is one of several that share their answers: a card of its own."""
    bare: bool
    """Whether its pictures stand without buttons beside them."""
    mode: str
    """The keyboard asked for, "" for the usual one."""
    sent: SentFile | None
    """For files: the one that was sent, and the id of the next one."""

    @property
    def is_group(self) -> bool:
        """Whether it is made of several fields and takes a legend rather than a label."""
        return self.control in {"radio", "checkbox", "rank", "date", "moment", "signature"}

    @property
    def target(self) -> str:
        """Where the link of an error leads: the first field."""
        return self.id

    @property
    def block(self) -> str:
        """Where the whole question stands, its words with its fields."""
        return f"b{self.id[1:]}"

    @property
    def described(self) -> str:
        """The ids of what describes its fields."""
        parts = {"h": self.hint, "s": self.ends, "e": self.errors}
        return " ".join(f"{self.id}-{part}" for part, is_there in parts.items() if is_there)


def question_view(
    state: FormState,
    key: str,
    *,
    locale: Locale,
    answers: Mapping[str, Any],
    missing: Mapping[str, Missing],
    typed: Parsed | None = None,
    raw: Any = None,
    violations: Sequence[Violation] = (),
    is_preview: bool = False,
    in_words: bool = False,
    media: FormMedia = NO_FILES,
) -> QuestionView:
    """Word one item in `locale`; what was typed on this page stands instead of what was kept before.

    `raw` is what was typed on an earlier visit and could not be read; a preview shows the choices that a filter would
    hide, since nothing is answered yet; `in_words` leaves pictures and faces of choices out.
    """
    item = state.structure.item(key)
    label, label_tag = state.text(key, "labels", locale.tag)
    hint, hint_tag = state.text(key, "hints", locale.tag)
    shown = _shown_value(state, item, answers, typed, raw)
    mark = str(missing[key]) if key in missing else ""
    control = _control(state, item)
    look = look_of(item, state.structure.choices(item), in_words=in_words)
    choices = _choices(state, item, locale, shown, mark, look=look, media=media, is_preview=is_preview)
    tag, direction = _other(locale, label_tag)
    hint_lang, hint_direction = _other(locale, hint_tag)
    low, high, step = (str(number) for number in bounds(item)) if item.type is ItemType.RANGE else ("", "", "")
    return QuestionView(
        key=key,
        id=f"q{place_of(state, key)}",
        control=control,
        look=look.value,
        label=rich(label),
        title=plain(label),
        hint=rich(hint),
        lang=tag,
        direction=direction,
        hint_lang=hint_lang,
        hint_direction=hint_direction,
        is_required=state.is_required(key),
        value=_text_of(item, shown) if not isinstance(shown, list | dict) else "",
        choices=choices,
        parts=_parts(item, control, shown),
        errors=tuple(error_text(state, each, locale, typed) for each in violations if each.key == key),
        missing=mark,
        missing_options=_missing_options(item, control, choices),
        minimum=low,
        maximum=high,
        step=step,
        media=media.of(item.media, locale.tag, label_tag),
        ends=_ends(state, item, locale) if control == "radio" else (),
        is_statement=item.has_appearance("list-nolabel"),
        bare=look is Look.PICTURES and item.has_appearance("no-buttons"),
        mode=_keyboard(item),
        sent=_sent_file(item, answers.get(key), media) if item.type.is_attachment else None,
    )


def place_of(state: FormState, key: str) -> str:
    """Return the place of an item as ids on pages have it: its number in the form, and those of its occurrence."""
    return "-".join(map(str, (state.structure.place(key).index, *split_key(key)[1])))


def _control(state: FormState, item: Item) -> str:
    if item.type is ItemType.NOTE:
        return "note"
    if state.is_read_only(item.key):
        return "output"
    if item.type is ItemType.TEXT:
        return "textarea" if item.has_appearance("multiline") else "text"
    if item.type.is_place:
        return "place" if item.type is ItemType.GEOPOINT else "places"
    if item.type.is_attachment:
        return "signature" if item.is_signature else "attachment"
    if item.type is ItemType.RANGE and is_typed_range(item):
        return "range"
    if item.type in (ItemType.SELECT_ONE, ItemType.RANGE):
        return "select" if look_of(item, state.structure.choices(item)) is Look.MENU else "radio"
    return {
        ItemType.INTEGER: "integer",
        ItemType.DECIMAL: "decimal",
        ItemType.DATE: "date",
        ItemType.TIME: "time",
        ItemType.DATETIME: "moment",
        ItemType.SELECT_MULTIPLE: "checkbox",
        ItemType.RANK: "rank",
        ItemType.ACKNOWLEDGE: "tick",
        ItemType.BARCODE: "text",
    }[item.type]


def _choices(
    state: FormState,
    item: Item,
    locale: Locale,
    shown: Any,
    mark: str,
    *,
    look: Look,
    media: FormMedia,
    is_preview: bool,
) -> tuple[ChoiceView, ...]:
    if item.type is ItemType.RANGE:
        return () if is_typed_range(item) else _marks(item, shown, look)
    if not item.type.has_choices:
        return ()
    places = _places(shown)
    chosen_names = set() if mark else set(places)
    listed = state.structure.choices(item)
    faces = dict(zip((choice.name for choice in listed), faces_of(item, listed), strict=False))
    media_of = {choice.name: choice.media for choice in listed}
    return tuple(
        ChoiceView(
            choice.name,
            rich(choice.label),
            choice.name in chosen_names,
            *_other(locale, choice.locale),
            places.get(choice.name, "") if not mark else "",
            _without_picture(media.of(media_of[choice.name], locale.tag, choice.locale), look),
            faces.get(choice.name, 0) if look is Look.FACES else 0,
        )
        for choice in (state.every_choice if is_preview else state.choices)(item.key, locale.tag)
    )


def _without_picture(media: ShownMedia, look: Look) -> ShownMedia:
    return media if look is Look.PICTURES else replace(media, picture="", larger="")


def _marks(item: Item, shown: Any, look: Look) -> tuple[ChoiceView, ...]:
    """Return the marks of a scale as choices, the highest first where they stand one above the other."""
    chosen = _text_of(item, shown)
    views = tuple(
        ChoiceView(format(number, "g"), rich(number_text(number)), format(number, "g") == chosen, "", "")
        for number in marks(item)
    )
    return tuple(reversed(views)) if look is Look.LADDER else views


def _ends(state: FormState, item: Item, locale: Locale) -> tuple[tuple[str, str], ...]:
    """Return the words that the author gave to marks of a scale (`tick_labelset`), each with its mark."""
    if item.type is not ItemType.RANGE:
        return ()
    definition = state.structure.definition
    named = (
        (choice.name, plain(definition.text(choice.labels, locale.tag)[0])) for choice in state.structure.choices(item)
    )
    return tuple((name, words) for name, words in named if words and words != name)


def _sent_file(item: Item, kept: Any, media: FormMedia) -> SentFile:
    accepted = {ItemType.IMAGE: "image/*", ItemType.AUDIO: "audio/*", ItemType.VIDEO: "video/*"}
    camera = "user" if item.has_appearance("new-front") else "environment" if item.has_appearance("new") else ""
    return SentFile(
        new_id=str(uuid4()),
        address=media.sent_address(str(kept)) if kept else "",
        kind="signature" if item.is_signature else item.type.value,
        accept=accepted.get(item.type, ""),
        capture="user" if item.type is ItemType.AUDIO else camera,
        limit=MAX_BYTES[item.type],
    )


def _keyboard(item: Item) -> str:
    if item.type is ItemType.TEXT and item.has_appearance("numbers"):
        return "numeric"
    return "url" if item.type is ItemType.TEXT and item.has_appearance("url") else ""


def _places(shown: Any) -> dict[str, str]:
    """Return the place of each choice picked: as typed in a rank, by order otherwise."""
    if isinstance(shown, dict):
        return {name: str(place) for name, place in shown.items()}
    names = shown if isinstance(shown, list) else [shown] if shown else []
    return {name: str(place) for place, name in enumerate(names, 1)}


def _shown_value(state: FormState, item: Item, answers: Mapping[str, Any], typed: Parsed | None, raw: Any) -> Any:
    if typed is not None:
        return typed.raw or typed.value
    if raw is not None:
        return raw
    if item.key in answers:
        return answers[item.key]
    # Never asked before: the author's default, if there is one.
    return state.value(item.key)


def _text_of(item: Item, shown: Any) -> str:
    if shown is None:
        return ""
    if item.type in _COUNTED and item.has_appearance("thousands-sep") and isinstance(shown, int | float):
        return grouped_text(shown)
    if isinstance(shown, int | float) and item.type is ItemType.DECIMAL:
        return number_text(shown)
    return shown if isinstance(shown, str) else format(shown, ".15g") if isinstance(shown, float) else str(shown)


def _parts(item: Item, control: str, shown: Any) -> tuple[tuple[str, str, str], ...]:
    """Return the fields of a date: part, label, value."""
    if control not in {"date", "moment"}:
        return ()
    values: Mapping[str, str] = {}
    if isinstance(shown, Mapping):
        values = shown
    elif isinstance(shown, str) and shown:
        day, _sep, clock = shown.partition("T")
        year, _sep, rest = day.partition("-")
        month, _sep, number = rest.partition("-")
        values = {"year": year, "month": month.lstrip("0"), "day": number.lstrip("0"), "time": clock}
    names = [("day", _("Day")), ("month", _("Month")), ("year", _("Year"))]
    if item.has_appearance("year"):
        names = names[2:]
    elif item.has_appearance("month-year"):
        names = names[1:]
    if control == "moment":
        names.append(("time", _("Time, for example 14:30")))
    return tuple((part, label, values.get(part) or "") for part, label in names)


def _missing_options(item: Item, control: str, choices: Sequence[ChoiceView]) -> tuple[tuple[str, str], ...]:
    """Return the two ways not to answer; one that the author already offers in the same words is left out.

    A box that says « I have read » is no question: nobody can not know it. An author may take one away.
    """
    if not item.type.is_answered or control in {"tick", "output"}:
        return ()
    offered = {plain(str(choice.label)).casefold().strip(" .") for choice in choices}
    options = (
        ("dk", str(Missing.UNKNOWN), _("I don't know")),
        ("refuse", str(Missing.REFUSED), _("I would rather not answer")),
    )
    return tuple(
        (mark, words) for column, mark, words in options if words.casefold() not in offered and offers(item, column)
    )


def _other(locale: Locale, tag: str) -> tuple[str, str]:
    """Return the language and direction to mark on a text that is not in the language of the page."""
    if not tag or tag == locale.tag:
        return "", ""
    return tag, Locale(tag, "").direction
