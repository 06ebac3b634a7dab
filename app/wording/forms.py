"""What the editor calls kinds of questions, comparisons, fields, languages and steps."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.wording import word_code
from surveys.definition import Item, ItemType
from surveys.editing.kinds import Kind
from surveys.editing.sentences import Operator

_MENU = (
    (lazy_gettext("Choose"), (Kind.YES_NO, Kind.ONE, Kind.SEVERAL, Kind.RANK)),
    (lazy_gettext("Write"), (Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.CODE)),
    (lazy_gettext("Numbers and dates"), (Kind.SCALE, Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.TIME, Kind.DATETIME)),
    (lazy_gettext("Send"), (Kind.PHOTO, Kind.SOUND, Kind.FILM, Kind.FILE, Kind.SIGNATURE)),
    (lazy_gettext("Say where"), (Kind.PLACE, Kind.PATH, Kind.AREA)),
    (lazy_gettext("Read"), (Kind.NOTE, Kind.TICK)),
    (lazy_gettext("For the data, not shown"), (Kind.CALCULATE, Kind.HIDDEN, Kind.STARTED, Kind.ENDED, Kind.DAY)),
)
_GROUPS = (lazy_gettext("Put questions together"), (Kind.PAGE, Kind.PART, Kind.REPEAT))
Menu = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Options of a list: (heading, ((value, words), …))."""


def kind_menu(*, with_groups: bool = False) -> Menu:
    """Return the kinds of questions by what a person does."""
    chapters = (*_MENU, *([_GROUPS] if with_groups else []))
    return tuple((str(title), tuple((kind.value, kind_name(kind)) for kind in kinds)) for title, kinds in chapters)


def kind_name(kind: Kind) -> str:
    """Return a kind of question as screens call it."""
    names = {
        Kind.YES_NO: _("Yes or no"),
        Kind.ONE: _("One choice"),
        Kind.SEVERAL: _("Several choices"),
        Kind.SCALE: _("Scale of numbers"),
        Kind.SHORT_TEXT: _("Short text"),
        Kind.LONG_TEXT: _("Long text"),
        Kind.INTEGER: _("Whole number"),
        Kind.DECIMAL: _("Number"),
        Kind.DATE: _("Date"),
        Kind.TIME: _("Time"),
        Kind.DATETIME: _("Date and time"),
        Kind.RANK: _("Ranking"),
        Kind.PHOTO: _("Picture"),
        Kind.SOUND: _("Sound"),
        Kind.FILM: _("Film"),
        Kind.FILE: _("File"),
        Kind.SIGNATURE: _("Signature"),
        Kind.PLACE: _("Place"),
        Kind.PATH: _("Way from place to place"),
        Kind.AREA: _("Area on a map"),
        Kind.CODE: _("Code printed on an object"),
        Kind.TICK: _("Box to tick"),
        Kind.NOTE: _("Text to read"),
        Kind.CALCULATE: _("Calculation"),
        Kind.HIDDEN: _("Hidden value"),
        Kind.STARTED: _("Moment of the start"),
        Kind.ENDED: _("Moment of the end"),
        Kind.DAY: _("Day of the answers"),
        Kind.PAGE: _("Page with several questions"),
        Kind.PART: _("Part with a title"),
        Kind.REPEAT: _("Questions asked several times"),
    }
    return str(names[kind])


def look_name(item: Item, look: str) -> str:
    """Return an appearance of a type of question as screens call it."""
    names = {
        (ItemType.SELECT_ONE, ""): _("One button under the other"),
        (ItemType.SELECT_ONE, "list-nolabel"): _("A statement on a card of its own, with the same scale as the others"),
        (ItemType.SELECT_ONE, "faces:sad-first"): _("A scale of faces: the first answer is the saddest"),
        (ItemType.SELECT_ONE, "faces:happy-first"): _("A scale of faces: the first answer is the happiest"),
        (ItemType.SELECT_ONE, "columns"): _("In columns"),
        (ItemType.SELECT_ONE, "columns-pack"): _("Side by side, each as wide as its words"),
        (ItemType.SELECT_ONE, "search"): _("Found by typing the first letters: for long lists"),
        (ItemType.SELECT_ONE, "no-buttons"): _("Pictures without a circle to touch"),
        (ItemType.SELECT_ONE, "likert"): _("On one line where the screen is wide"),
        (ItemType.SELECT_ONE, "minimal"): _("A list that unfolds"),
        (ItemType.SELECT_MULTIPLE, ""): _("One button under the other"),
        (ItemType.SELECT_MULTIPLE, "columns"): _("In columns"),
        (ItemType.SELECT_MULTIPLE, "columns-pack"): _("Side by side, each as wide as its words"),
        (ItemType.SELECT_MULTIPLE, "search"): _("Found by typing the first letters: for long lists"),
        (ItemType.SELECT_MULTIPLE, "no-buttons"): _("Pictures without a circle to touch"),
        (ItemType.TEXT, ""): _("Any text"),
        (ItemType.TEXT, "numbers"): _("Digits: a telephone shows its keyboard of numbers"),
        (ItemType.TEXT, "url"): _("An address of the web"),
        (ItemType.INTEGER, ""): _("A plain number"),
        (ItemType.INTEGER, "thousands-sep"): _("With a space between thousands"),
        (ItemType.DECIMAL, ""): _("A plain number"),
        (ItemType.DECIMAL, "thousands-sep"): _("With a space between thousands"),
        (ItemType.IMAGE, ""): _("Taken now, or chosen among those of the telephone"),
        (ItemType.IMAGE, "new"): _("Taken now"),
        (ItemType.RANGE, ""): _("The numbers side by side"),
        (ItemType.RANGE, "vertical"): _("A ladder, the highest number on top"),
        (ItemType.RANGE, "picker"): _("A list that unfolds"),
        (ItemType.DATE, ""): _("Day, month and year"),
        (ItemType.DATE, "month-year"): _("Month and year"),
        (ItemType.DATE, "year"): _("Year only"),
    }
    return str(names.get((item.type, look), look))


_DATED = frozenset({ItemType.DATE, ItemType.DATETIME, ItemType.TODAY, ItemType.START, ItemType.END})
_NUMERIC = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.RANGE})


def operator_name(operator: Operator, item: Item) -> str:
    """Return what is asked of an answer, as it stands between the question and the value."""
    if item.type is ItemType.ACKNOWLEDGE:
        return str(_("is ticked") if operator is Operator.FILLED else _("is not ticked"))
    if item.type in _DATED:
        dated = {
            Operator.IS: _("is the"),
            Operator.IS_NOT: _("is not the"),
            Operator.MORE: _("is after the"),
            Operator.AT_LEAST: _("is from this day on:"),
            Operator.LESS: _("is before the"),
            Operator.AT_MOST: _("is up to this day:"),
        }
        if operator in dated:
            return str(dated[operator])
    names = {
        Operator.IS: _("is"),
        Operator.IS_NOT: _("is not"),
        Operator.INCLUDES: _("includes"),
        Operator.EXCLUDES: _("does not include"),
        Operator.MORE: _("is more than"),
        Operator.AT_LEAST: _("is at least"),
        Operator.LESS: _("is less than"),
        Operator.AT_MOST: _("is at most"),
        Operator.CONTAINS: _("contains the words"),
        Operator.CHOSE_AT_LEAST: _("has at least so many answers ticked:"),
        Operator.CHOSE_AT_MOST: _("has at most so many answers ticked:"),
        Operator.FIRST: _("puts first"),
        Operator.ALONE: _("is alone when it is ticked:"),
        Operator.LONGER: _("has at least so many characters:"),
        Operator.SHORTER: _("has at most so many characters:"),
        Operator.FILLED: _("has an answer"),
        Operator.EMPTY: _("has no answer"),
    }
    return str(names[operator])


def word_fault(code: str, details: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Return what is wrong with something typed; questions are called by their words, given by name."""
    path = " → ".join(titles.get(name, name) for name in str(details.get("path", "")).split(" → "))
    sentence = word_code(code, {**details, "path": path})
    if close := details.get("close"):
        return str(_("%(sentence)s Close to it: “%(close)s”.", sentence=sentence, close=close))
    return sentence


def field_name(name: str) -> str:
    """Return a field of a question as screens call it."""
    head = name.partition(":")[0]
    names = {
        "label": _("words"),
        "hint": _("help"),
        "guidance": _("note for who helps"),
        "constraint_message": _("sentence when the check fails"),
        "required_message": _("sentence when the answer is missing"),
        "relevant": _("condition"),
        "constraint": _("check"),
        "calculation": _("calculation"),
        "choice_filter": _("choices shown"),
        "count": _("number of times"),
        "required": _("needed or not"),
        "required_if": _("needed or not"),
        "default": _("answer filled in beforehand"),
        "appearance": _("look"),
        "look": _("look"),
        "shuffled": _("order by chance"),
        "dk": _("“I don't know”"),
        "refuse": _("“I would rather not answer”"),
        "sensitive": _("private"),
        "gentle": _("check that asks once"),
        "timeline": _("time line"),
        "read_only": _("shown, not changed"),
        "trigger": _("when it is computed"),
        "list_from": _("where answers come from"),
        "tick_labelset": _("words of the scale"),
        "choice": _("answers"),
        "column": _("choices shown"),
        "picture": _("pictures"),
        "image": _("picture"),
        "audio": _("sound"),
        "video": _("film"),
        "start": _("scale"),
        "end": _("scale"),
        "step": _("scale"),
        "page": _("page"),
    }
    return str(names.get(head, name))


_VERBS = {
    "add": lazy_gettext("question added"),
    "bank_insert": lazy_gettext("question taken from the bank"),
    "bank_update": lazy_gettext("question brought up to date from the bank"),
    "bank_link": lazy_gettext("question put into the bank"),
    "change": lazy_gettext("question changed"),
    "choice_add": lazy_gettext("answers added"),
    "choice_delete": lazy_gettext("answer taken out"),
    "choice_move": lazy_gettext("answer moved"),
    "choice_rename": lazy_gettext("code of an answer changed"),
    "copy": lazy_gettext("question copied"),
    "delete": lazy_gettext("question deleted"),
    "import": lazy_gettext("form imported again"),
    "kind": lazy_gettext("kind of question changed"),
    "language": lazy_gettext("languages changed"),
    "list": lazy_gettext("list of answers changed"),
    "lists_cleared": lazy_gettext("unused lists taken out"),
    "mirror": lazy_gettext("mirrored question added"),
    "move": lazy_gettext("question moved"),
    "rename": lazy_gettext("name in the data changed"),
    "repeat": lazy_gettext("group asked several times, or once"),
    "title": lazy_gettext("title changed"),
    "translate": lazy_gettext("translation"),
    "ungroup": lazy_gettext("group taken apart"),
}


def step_name(verb: str, details: Mapping[str, Any], *, is_short: bool = False) -> str:
    """Return a step of a draft in words: what, and which question unless it `is_short`."""
    if verb in ("undo", "redo"):
        inner = step_name(str(details.get("verb", "")), details.get("details", {}))
        return str(_("undone: %(step)s", step=inner) if verb == "undo" else _("redone: %(step)s", step=inner))
    what = str(_VERBS.get(verb, verb))
    if fields := details.get("fields"):
        what = f"{what} ({', '.join(dict.fromkeys(field_name(name) for name in fields))})"
    label = str(details.get("label") or details.get("key") or details.get("file") or details.get("title") or "")
    return str(_("%(what)s: “%(label)s”", what=what, label=label)) if label and not is_short else what
