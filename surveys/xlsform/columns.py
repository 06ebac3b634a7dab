"""Names of columns and types as authors write them, and what they are called here."""

import re
from dataclasses import dataclass

from surveys.definition import ItemType

ALIASES = {
    "relevance": "relevant",
    "calculate": "calculation",
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "readonly": "read_only",
    "constraining_message": "constraint_message",
    "requiredmsg": "required_message",
    "jr:constraintmsg": "constraint_message",
    "jr:requiredmsg": "required_message",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "list name": "list_name",
    "media": "image",
    "bind:relevant": "relevant",
    "bind:constraint": "constraint",
    "bind:required": "required",
    "bind:calculate": "calculation",
    "bind:readonly": "read_only",
    "bind:jr:constraintmsg": "constraint_message",
}
TRANSLATABLE = frozenset(
    {
        "label",
        "hint",
        "guidance_hint",
        "constraint_message",
        "required_message",
        "image",
        "big-image",
        "audio",
        "video",
    }
)
SHOWN_TEXTS = ("label", "hint", "constraint_message", "required_message")
EXPRESSIONS = ("relevant", "constraint", "required", "calculation", "choice_filter", "read_only", "repeat_count")
KNOWN = (
    TRANSLATABLE
    | frozenset(EXPRESSIONS)
    | frozenset(
        {
            "type",
            "name",
            "default",
            "appearance",
            "parameters",
            "trigger",
            "rows",
            "autoplay",
            "disabled",
            "body",
            "bind",
            "instance",
            "control",
            "save_to",
            "no_app_error_string",
            "noapperrorstring",
            "compact_tag",
            "sms_field",
            "sms_option",
            "intent",
            "hint_long",
        }
    )
)

SELECT_EXTERNAL = "select one external"
TYPES: dict[str, ItemType] = {
    "note": ItemType.NOTE,
    "text": ItemType.TEXT,
    "string": ItemType.TEXT,
    "integer": ItemType.INTEGER,
    "int": ItemType.INTEGER,
    "decimal": ItemType.DECIMAL,
    "range": ItemType.RANGE,
    "date": ItemType.DATE,
    "time": ItemType.TIME,
    "datetime": ItemType.DATETIME,
    "acknowledge": ItemType.ACKNOWLEDGE,
    "trigger": ItemType.ACKNOWLEDGE,
    "calculate": ItemType.CALCULATE,
    "hidden": ItemType.HIDDEN,
    "start": ItemType.START,
    "end": ItemType.END,
    "today": ItemType.TODAY,
    "select one": ItemType.SELECT_ONE,
    SELECT_EXTERNAL: ItemType.SELECT_ONE,
    "select all that apply": ItemType.SELECT_MULTIPLE,
    "rank": ItemType.RANK,
    "barcode": ItemType.BARCODE,
    "geopoint": ItemType.GEOPOINT,
    "geotrace": ItemType.GEOTRACE,
    "geoshape": ItemType.GEOSHAPE,
    "image": ItemType.IMAGE,
    "audio": ItemType.AUDIO,
    "video": ItemType.VIDEO,
    "file": ItemType.FILE,
}
# Names of the first years of XLSForm that tools still read.
TYPES.update(
    {
        "photo": ItemType.IMAGE,
        "q picture": ItemType.IMAGE,
        "gps": ItemType.GEOPOINT,
        "location": ItemType.GEOPOINT,
        "phone number": ItemType.TEXT,
        "percentage": ItemType.INTEGER,
        "number of days in last month": ItemType.INTEGER,
        "number of days in last six months": ItemType.INTEGER,
        "number of days in last year": ItemType.INTEGER,
        "date time": ItemType.DATETIME,
        "start time": ItemType.START,
        "end time": ItemType.END,
        "get start time": ItemType.START,
        "get end time": ItemType.END,
        "get today": ItemType.TODAY,
    }
)
for _old, _kind in (
    ("text", ItemType.TEXT),
    ("string", ItemType.TEXT),
    ("note", ItemType.NOTE),
    ("int", ItemType.INTEGER),
    ("integer", ItemType.INTEGER),
    ("decimal", ItemType.DECIMAL),
    ("date", ItemType.DATE),
    ("datetime", ItemType.DATETIME),
    ("date time", ItemType.DATETIME),
    ("acknowledge", ItemType.ACKNOWLEDGE),
    ("barcode", ItemType.BARCODE),
    ("geopoint", ItemType.GEOPOINT),
    ("gps", ItemType.GEOPOINT),
    ("location", ItemType.GEOPOINT),
    ("image", ItemType.IMAGE),
    ("photo", ItemType.IMAGE),
    ("audio", ItemType.AUDIO),
    ("video", ItemType.VIDEO),
    ("file", ItemType.FILE),
    ("calculate", ItemType.CALCULATE),
):
    TYPES[f"q {_old}"] = TYPES[f"add {_old} prompt"] = _kind
# What a phone's own program fills and a web page cannot: kept, empty, with a remark.
DEVICE_TYPES = frozenset(
    {
        "deviceid",
        "imei",
        "phonenumber",
        "subscriberid",
        "simserial",
        "username",
        "email",
        "uri:deviceid",
        "uri:phonenumber",
        "uri:subscriberid",
        "uri:simserial",
        "uri:username",
        "uri:email",
        "start-geopoint",
        "background-audio",
        "background-geopoint",
        "osm",
        "device id",
        "get device id",
        "get phone number",
        "get sim id",
        "get subscriber id",
        "sim id",
        "subscriber id",
    }
)
# Files sent beside the form, named by a line of the survey sheet.
EXTERNAL_TYPES = {"csv-external": ".csv", "xml-external": ".xml"}
SELECTS = {
    "select_one": "select one",
    "select one": "select one",
    "select1": "select one",
    "select one from": "select one",
    "add select one prompt using": "select one",
    "select_multiple": "select all that apply",
    "select all that apply": "select all that apply",
    "select all that apply from": "select all that apply",
    "add select multiple prompt using": "select all that apply",
    "rank": "rank",
    "select_one_external": SELECT_EXTERNAL,
    "select one external": SELECT_EXTERNAL,
    "select_one_from_file": "select one",
    "select_multiple_from_file": "select all that apply",
    "select one from file": "select one",
    "select multiple from file": "select all that apply",
}
_SELECT = re.compile(
    r"(?P<command>" + "|".join(sorted(map(re.escape, SELECTS), key=len, reverse=True)) + r")\s+"
    r"(?P<list>\S+)(?:\s+(?P<other>or specify other|or_other|or other))?",
)
_CONTROL = re.compile(
    r"(?P<edge>begin|end)[ _](?P<kind>group|repeat|loop|lgroup|looped group)(?:\s+over\s+(?P<list>\S+))?"
)
HONOURED_APPEARANCES = frozenset(
    {
        "field-list",
        "table-list",
        "multiline",
        "minimal",
        "quick",
        "horizontal",
        "vertical",
        "likert",
        "label",
        "list-nolabel",
        "list",
        "columns",
        "columns-pack",
        "compact",
        "quickcompact",
        "horizontal-compact",
        "no-calendar",
        "month-year",
        "year",
        "numbers",
        "url",
        "thousands-sep",
        "no-buttons",
        "no-ticks",
        "picker",
        "rating",
        "counter",
        "autocomplete",
        "search",
        "hidden-answer",
        "hidden",
        "pages",
        "timeline",
        "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9", "w10",
        "columns-1", "columns-2", "columns-3", "columns-4", "columns-5",
        "compact-2", "compact-3", "compact-4",
        "signature", "draw", "annotate", "new", "new-front", "placement-map", "maps",
    }
)  # fmt: skip

_LANGUAGE = re.compile(r"(?P<name>.*?)\s*\((?P<tag>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\)\s*")
_BARE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_LANGUAGE_NAMES = {
    "french": "fr",
    "français": "fr",
    "francais": "fr",
    "français facile": "fr-x-falc",
    "falc": "fr-x-falc",
    "english": "en",
    "anglais": "en",
    "german": "de",
    "deutsch": "de",
    "allemand": "de",
    "spanish": "es",
    "español": "es",
    "espagnol": "es",
    "arabic": "ar",
    "arabe": "ar",
    "العربية": "ar",
    "portuguese": "pt",
    "português": "pt",
    "italian": "it",
    "italiano": "it",
    "chinese": "zh",
    "turkish": "tr",
    "türkçe": "tr",
    "russian": "ru",
    "ukrainian": "uk",
    "romanian": "ro",
    "persian": "fa",
    "dari": "fa-AF",
    "pashto": "ps",
    "tamil": "ta",
    "bengali": "bn",
    "swahili": "sw",
    "dutch": "nl",
    "nepali": "ne",
    "hindi": "hi",
    "urdu": "ur",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A header read: what it is, and the language it names ("" for none)."""

    header: str
    name: str
    language: str = ""


def read_column(header: str) -> Column:
    """Split `label::Français (fr)` into what it is and its language."""
    name, separator, language = header.partition("::")
    if not separator and ":" in header:
        head, _, tail = header.partition(":")
        if head.strip().lower() in TRANSLATABLE:
            name, language = head, tail
    name = name.strip()
    lowered = name.lower()
    canonical = ALIASES.get(lowered, lowered)
    if canonical not in KNOWN and canonical.replace(" ", "_") in KNOWN:
        canonical = canonical.replace(" ", "_")
    if name == "media":
        # media::image::English
        kind, _, language = language.partition("::")
        canonical = kind.strip().lower() or "image"
    return Column(header, canonical, language.strip() if canonical in TRANSLATABLE else "")


@dataclass(frozen=True, slots=True)
class TypeCell:
    """A type read: `begin`, `end` or "" and, for selects, the list; `name` is pyxform's name of the type."""

    name: str
    edge: str = ""
    list_name: str = ""
    has_other: bool = False


def read_type(cell: str) -> TypeCell:
    """Read a cell of the type column."""
    text = " ".join(cell.split())
    if found := _CONTROL.fullmatch(text.lower()):
        kind = {"lgroup": "repeat", "looped group": "repeat"}.get(found["kind"], found["kind"])
        return TypeCell(kind, found["edge"], found["list"] or "")
    if text.lower() == "osm" or text.lower().startswith("osm "):
        return TypeCell("osm")
    if found := _SELECT.fullmatch(text):
        return TypeCell(SELECTS[found["command"]], "", found["list"], found["other"] is not None)
    return TypeCell(text.lower())


def tag_of(language: str) -> str:
    """Return the BCP-47 tag of a language as authors name it; a private one where none is known."""
    if found := _LANGUAGE.fullmatch(language):
        return found["tag"]
    if known := _LANGUAGE_NAMES.get(language.strip().lower()):
        return known
    if _BARE_TAG.fullmatch(language):
        return language
    slug = re.sub(r"[^a-z0-9]+", "", language.lower())[:8]
    return f"x-{slug or 'other'}"


def name_of(language: str) -> str:
    """Return the name of a language without its tag."""
    found = _LANGUAGE.fullmatch(language)
    return (found["name"] if found else language).strip() or language
