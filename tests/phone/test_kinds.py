"""What people type is read on the phone as on the server, for each type of item."""

from random import Random
from typing import Any

from surveys.definition import Item, ItemType
from surveys.items import check_value, parse_posted, value_of
from tests.phone.engine import ask_phone
from tests.phone.programs import WORDS

READ_ON_THE_PHONE = (
    *(
        ItemType.TEXT,
        ItemType.INTEGER,
        ItemType.DECIMAL,
        ItemType.RANGE,
        ItemType.DATE,
        ItemType.TIME,
        ItemType.DATETIME,
    ),
    *(ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE, ItemType.RANK, ItemType.ACKNOWLEDGE, ItemType.BARCODE),
)
TYPED = (
    *(
        "1 234,5",
        "1.234,5",
        "1,234.5",
        "1'000",
        "1.000.000",
        "12,",
        ",5",
        "-",
        "+3",
        "−4",
        "٣٫٥",
        "۱۲",
        "1234567890123456",
    ),
    *(
        "0,0000001",
        "1e3",
        "7.0",
        "31/12/2025",
        "31.12.2025",
        "1-2-2026",
        "29/02/2025",
        "2026/1/2",
        "2026-1-2-3",
        "1849-12-31",
    ),
    *(
        "2200-12-31",
        "14:30",
        "14h30",
        "14h",
        "9",
        "9:5",
        "24:00",
        "14:30:15",
        "14:30:15.5",
        "14 : 30",
        "14:30:61",
        "١٤:٣٠",
    ),
    *(
        "2026-03-29T02:30",
        "2026-03-29 2h30",
        "31/12/2025 14:30",
        "2026-03-29T",
        " T14:30",
        "a\r\nb\rc",
        "a\x00b\x07",
        "x" * 10_001,
    ),
    *(" a b ", "a\u00a0b", "\u2028a", "\ufeffa", "e\u0301", "𝒳", "１２", "1_0", "²"),
)
PARAMETERS: tuple[dict[str, str], ...] = (
    *(
        {},
        {"start": "0", "end": "1", "step": "0.1"},
        {"start": "10", "end": "1", "step": "3"},
        {"step": "0", "end": "5"},
    ),
    *(
        {"start": "-1.5", "end": "1.5", "step": "0.25"},
        {"start": "a", "end": "", "step": "-2"},
        {"start": "+1", "end": "7."},
    ),
)
NUMBERS = (
    "1",
    "10",
    "0",
    "5",
    "5.0",
    "0.3",
    "0.30",
    "-1.25",
    "+4",
    ".5",
    "3.",
    "7",
    "11",
    "1e1",
    "NaN",
    "0.1234567",
    "",
)


def draw_item(random: Random) -> dict[str, Any]:
    item: dict[str, Any] = {"key": "q", "type": random.choice(READ_ON_THE_PHONE).value}
    item["appearance"] = random.choice(("", "", "year", "month-year", "no-calendar year"))
    item["parameters"] = random.choice(PARAMETERS)
    return item


def draw_fields(random: Random) -> dict[str, list[str]]:
    names = ("q", "q", "q", "q:day", "q:month", "q:year", "q:time", "q:a", "q:b", "q:missing", "qq", "q:")
    numbers = ("1", "2", "2", "02", "31", "2026", "٣", "1_0", " 5 ", "12", "0")
    fields: dict[str, list[str]] = {}
    for _ in range(random.randint(1, 5)):
        name = random.choice(names)
        pool = numbers if ":" in name and random.random() < 0.8 else (*TYPED, *WORDS)
        fields[name] = [random.choice(pool) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    return fields


def as_item(given: dict[str, Any]) -> Item:
    parameters = {"appearance": given["appearance"], "parameters": given["parameters"]}
    return Item(name="q", key="q", path="/data/q", type=ItemType(given["type"]), **parameters)


def test_phone_and_server_read_the_same_of_what_was_typed():
    random = Random(20)
    questions = [{"item": draw_item(random), "fields": draw_fields(random)} for _ in range(8000)]
    questions += [
        {"item": {"key": "q", "type": kind.value, "appearance": "", "parameters": {}}, "fields": {"q": [typed]}}
        for kind in READ_ON_THE_PHONE
        for typed in (*TYPED, *WORDS)
    ]

    answers = ask_phone(parsed=questions)["parsed"]

    disagreements = []
    for question, phone in zip(questions, answers, strict=True):
        server = parse_posted(as_item(question["item"]), question["fields"])
        if (server.value, server.code) != (phone["value"], phone["code"]):
            disagreements.append((question, server, phone))
    assert disagreements[:4] == []


def test_phone_and_server_check_the_same_texts():
    random = Random(21)
    pool = (*TYPED, *WORDS, *NUMBERS, *NUMBERS)
    questions = [{"item": draw_item(random), "text": random.choice(pool)} for _ in range(8000)]

    answers = ask_phone(checked=questions)["checked"]

    disagreements = []
    for question, (code, value) in zip(questions, answers, strict=True):
        item = as_item(question["item"])
        server = check_value(item, question["text"]), value_of(item, question["text"])
        if server != (code, value):
            disagreements.append((question, server, (code, value)))
    assert disagreements[:4] == []
