import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition import Item, ItemType
from surveys.items import check_value, display_value, parse_posted, value_of
from surveys.items.ranges import marks


def item(kind, **options):
    return Item(name="q", key="q", path="/data/q", type=kind, **options)


def read(kind, typed, **options):
    parsed = parse_posted(item(kind, **options), {"q": [typed]})
    return parsed.code or parsed.value


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12", 12),
        (" 1 234 ", 1234),
        ("1\u202f234,5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567),
        ("−3", -3),
        ("3,0", 3),
        ("1 450,50 €", 1450.5),
        ("20 %", 20),
        ("35 heures", 35),
        ("3 kg", "surveys.not_a_number"),
        ("", None),
        ("douze", "surveys.not_a_number"),
        ("1e5", "surveys.not_a_number"),
        ("٣", 3),
        ("1" * 16, "surveys.number_too_long"),
    ],
)
def test_decimal_reads_numbers_as_people_write_them(typed, expected):
    assert read(ItemType.DECIMAL, typed) == expected


def test_integer_refuses_a_fraction():
    assert read(ItemType.INTEGER, "2,5") == "surveys.not_a_whole_number"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6).map(lambda x: round(x, 3)))
def test_decimal_reads_back_what_is_displayed(number):
    shown = display_value(item(ItemType.DECIMAL), number, {})

    assert read(ItemType.DECIMAL, shown.replace(".", ",")) == number


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(typed):
    for kind in ItemType:
        parse_posted(item(kind), {"q": [typed], "q:day": [typed], "q:peer": [typed]})
        if typed:
            check_value(item(kind), typed)
            value_of(item(kind), typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2025-12-31", "2025-12-31"),
        ("31/12/2025", "2025-12-31"),
        ("1.2.2025", "2025-02-01"),
        ("31/02/2025", "surveys.not_a_date"),
        ("2025", "surveys.not_a_date"),
        ("0001-01-01", "surveys.not_a_date"),
    ],
)
def test_date_reads_iso_and_french(typed, expected):
    assert read(ItemType.DATE, typed) == expected


def test_date_reads_three_fields_and_says_which_is_missing():
    whole = parse_posted(item(ItemType.DATE), {"q:day": ["3"], "q:month": ["4"], "q:year": ["1990"]})
    partial = parse_posted(item(ItemType.DATE), {"q:day": ["3"], "q:month": [""], "q:year": ["1990"]})

    assert whole.value == "1990-04-03"
    assert (partial.code, partial.details, partial.raw["year"]) == (
        "surveys.date_unfinished",
        {"part": "month"},
        "1990",
    )


@pytest.mark.parametrize(
    ("typed", "expected"), [("14:30", "14:30"), ("14h30", "14:30"), ("8 h", "08:00"), ("25:00", "surveys.not_a_time")]
)
def test_time_reads_french_and_english(typed, expected):
    assert read(ItemType.TIME, typed) == expected


def test_datetime_needs_both_parts():
    assert read(ItemType.DATETIME, "2025-12-31T14:30") == "2025-12-31T14:30"
    assert read(ItemType.DATETIME, "2025-12-31") == "surveys.date_unfinished"


def test_select_multiple_keeps_each_box_once():
    assert parse_posted(item(ItemType.SELECT_MULTIPLE), {"q": ["a", "b", "a"]}).value == ["a", "b"]


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ({"q": ["b a"]}, ["b", "a"]),
        ({"q:a": ["2"], "q:b": ["1"]}, ["b", "a"]),
        ({"q:a": ["1"], "q:b": ["1"]}, "surveys.rank_repeated"),
        ({"q:a": ["x"]}, "surveys.rank_not_a_place"),
        ({"q:missing": ["unknown"]}, None),
    ],
)
def test_rank_reads_an_order_or_places(posted, expected):
    parsed = parse_posted(item(ItemType.RANK), posted)

    assert (parsed.code or parsed.value) == expected


def test_range_takes_its_marks_only():
    scale = {"parameters": {"start": "0", "end": "1", "step": "0.1"}}

    assert marks(item(ItemType.RANGE, **scale))[3] == 0.3
    assert read(ItemType.RANGE, "0,3", **scale) == 0.3
    assert read(ItemType.RANGE, "0,35", **scale) == "surveys.off_the_scale"


def test_text_is_normalised():
    assert read(ItemType.TEXT, " e\u0301te\u0301\r\n\x00fin ") == "été\nfin"


def test_rank_is_displayed_with_places():
    assert display_value(item(ItemType.RANK), ["a", "b"], {"a": "Alpha"}) == "1. Alpha\n2. b"


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        (ItemType.GEOPOINT, "48.6921 6.1844", "48.6921 6.1844 0 0"),
        (ItemType.GEOPOINT, "48,6921 ; 6,1844", "48.6921 6.1844 0 0"),
        (ItemType.GEOPOINT, "48.6921, 6.1844", "48.6921 6.1844 0 0"),
        (ItemType.GEOPOINT, "48,6921, 6,1844", "48.6921 6.1844 0 0"),
        (ItemType.GEOPOINT, "48.6921 6.1844 212 5", "48.6921 6.1844 212 5"),
        (ItemType.GEOPOINT, "derrière la gare, 54000 Nancy", "derrière la gare, 54000 Nancy"),
        (ItemType.GEOPOINT, "48.6921", "surveys.not_a_place"),
        (ItemType.GEOPOINT, "98.6921 6.1844", "surveys.not_a_place"),
        (ItemType.GEOPOINT, "48.6 200", "surveys.not_a_place"),
        (ItemType.GEOPOINT, "  ", None),
        (ItemType.GEOTRACE, "48.6 6.1\r\n48.7 6.2", "48.6 6.1 0 0; 48.7 6.2 0 0"),
        (ItemType.GEOTRACE, "48.6 6.1", "surveys.not_a_place"),
        (ItemType.GEOTRACE, "de la mairie à l'école", "de la mairie à l'école"),
        (ItemType.GEOSHAPE, "1 1; 1 2; 2 2", "1 1 0 0; 1 2 0 0; 2 2 0 0; 1 1 0 0"),
        (ItemType.GEOSHAPE, "1 1; 1 2", "surveys.not_a_place"),
    ],
)
def test_a_place_is_coordinates_or_words(kind, typed, expected):
    assert read(kind, typed) == expected


@pytest.mark.parametrize("kind", [ItemType.IMAGE, ItemType.AUDIO, ItemType.VIDEO, ItemType.FILE])
def test_an_attachment_is_known_by_its_id(kind):
    assert read(kind, "6f1c2f0e-8f2b-4a57-9c5e-2b7d7e1f9a10") == "6f1c2f0e-8f2b-4a57-9c5e-2b7d7e1f9a10"
    assert read(kind, "photo.jpg") == "surveys.not_an_attachment"


def test_a_bar_code_is_typed():
    assert read(ItemType.BARCODE, " 3017620422003 ") == "3017620422003"
