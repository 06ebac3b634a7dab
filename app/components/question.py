"""One question as pages show it: on the phone that answers, and on the desk that previews it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from markupsafe import Markup

from app.components.answer_words import error_text
from app.components.choices import (
    MAX_FOUND,
    ChoiceView,
    Shown,
    choice_views,
    chosen_look,
    other_language,
    scale_ends,
    value_text,
)
from app.components.form_media import FormMedia, ShownMedia
from app.components.rich_text import one_line, plain, quoting
from surveys.attaching import MAX_BYTES
from surveys.definition import Item, ItemType, Locale
from surveys.engine import Fault, FormState, Violation
from surveys.items import Parsed
from surveys.items.choices import SEARCH_PART
from surveys.items.ranges import bounds
from surveys.models import Missing
from surveys.occurrences import split_key
from surveys.presentation import Look, is_typed_range, offers

NO_FILES = FormMedia()


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
    doubt: tuple[str, str] | None
    """What is asked about an unusual answer, and the answer it is asked about."""
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
    is_several: bool
    """Whether several choices may be ticked."""
    searched: str | None
    """What was typed to find a choice in a long list; None when nothing was searched yet."""
    is_full: bool
    """Whether more choices fit than are shown."""
    sent: SentFile | None
    """For files: the one that was sent, and the id of the next one."""

    is_waiting: bool = False
    """Whether it is not shown now, but may appear by what is answered on the same page."""
    quoting: tuple[str, ...] = ()
    """Which of its texts (`labels`, `hints`) quote what is answered on the same page."""

    @property
    def is_group(self) -> bool:
        """Whether it is made of several fields and takes a legend rather than a label."""
        return self.control in {"radio", "checkbox", "rank", "date", "moment", "signature", "search"}

    @property
    def target(self) -> str:
        """Where the link of an error leads: the first field; the question itself where its filter left no choice."""
        has_field = bool(self.choices) or self.control not in {"radio", "checkbox", "rank"}
        return self.id if has_field else self.block

    @property
    def block(self) -> str:
        """Where the whole question stands, its words with its fields."""
        return f"b{self.id[1:]}"

    @property
    def described(self) -> str:
        """The ids of what describes its fields."""
        parts = {"h": self.hint, "s": self.ends, "e": self.errors, "d": self.doubt}
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
    searched: str | None = None,
) -> QuestionView:
    """Word one item in `locale`; what was typed on this page stands instead of what was kept before.

    `raw` is what was typed on an earlier visit and could not be read; a preview shows the choices that a filter would
    hide, since nothing is answered yet; `in_words` leaves pictures and faces of choices out; `searched` is what was
    typed to find a choice in a long list.
    """
    item = state.structure.item(key)
    label = quoting(partial(state.html, key, "labels", locale.tag))
    _text, label_tag = state.text(key, "labels", locale.tag)
    _hint, hint_tag = state.text(key, "hints", locale.tag)
    shown = _shown_value(state, item, answers, typed, raw)
    if isinstance(shown, dict) and SEARCH_PART in shown:
        searched, shown = str(shown[SEARCH_PART]), None
    mark = str(missing[key]) if key in missing else ""
    if mark:
        # Left in its field, a value that the mark outweighed would win the next time.
        shown = None
    listed = state.listed(key) if item.type.has_choices else ()
    look = chosen_look(state, item, listed, in_words=in_words, is_preview=is_preview)
    control = _control(state, item, look)
    answer = Shown(shown, mark, searched)
    choices = choice_views(state, item, locale, answer, listed=listed, look=look, media=media, is_preview=is_preview)
    tag, direction = other_language(locale, label_tag)
    hint_lang, hint_direction = other_language(locale, hint_tag)
    low, high, step = (str(number) for number in bounds(item)) if item.type is ItemType.RANGE else ("", "", "")
    mine = [each for each in violations if each.key == key]
    text = state.occurrence(key).value
    return QuestionView(
        key=key,
        id=f"q{place_of(state, key)}",
        control=control,
        look=look.value,
        label=label,
        title=one_line(label),
        hint=quoting(partial(state.html, key, "hints", locale.tag)),
        lang=tag,
        direction=direction,
        hint_lang=hint_lang,
        hint_direction=hint_direction,
        is_required=state.is_required(key),
        value=value_text(item, shown) if not isinstance(shown, list | dict) else "",
        choices=choices,
        parts=_parts(item, control, shown),
        errors=tuple(error_text(state, each, locale, typed) for each in mine if each.fault is not Fault.DOUBT),
        doubt=next(((error_text(state, each, locale), text) for each in mine if each.fault is Fault.DOUBT), None),
        missing=mark,
        missing_options=_missing_options(item, control, choices),
        minimum=low,
        maximum=high,
        step=step,
        media=media.of(item.media, locale.tag, label_tag),
        ends=scale_ends(state, item, locale) if control == "radio" else (),
        is_statement=item.has_appearance("list-nolabel"),
        bare=look is Look.PICTURES and item.has_appearance("no-buttons"),
        mode=_keyboard(item),
        is_several=item.type is ItemType.SELECT_MULTIPLE,
        searched=searched,
        is_full=searched is not None and len(choices) >= MAX_FOUND,
        sent=_sent_file(item, answers.get(key), media) if item.type.is_attachment else None,
    )


def place_of(state: FormState, key: str) -> str:
    """Return the place of an item as ids on pages have it: its number in the form, and those of its occurrence."""
    return "-".join(map(str, (state.structure.place(key).index, *split_key(key)[1])))


def _control(state: FormState, item: Item, look: Look) -> str:
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
    if look is Look.SEARCH:
        return "search"
    return {
        ItemType.SELECT_ONE: "select" if look is Look.MENU else "radio",
        ItemType.RANGE: "select" if look is Look.MENU else "radio",
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


def _shown_value(state: FormState, item: Item, answers: Mapping[str, Any], typed: Parsed | None, raw: Any) -> Any:
    if typed is not None:
        return typed.raw or typed.value
    if raw is not None:
        return raw
    if item.key in answers:
        return answers[item.key]
    # Never asked before: the author's default, if there is one.
    return state.value(item.key)


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
