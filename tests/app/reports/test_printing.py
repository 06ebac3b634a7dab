"""Charts and the printed file."""

import io

import pytest

from app.reports.charts import chart_hash, draw_apart, draw_cached
from app.reports.markdown import Inline, Node, parse_markdown
from app.reports.numbers import word_interval, word_number, word_percent
from app.reports.pdf import bind_french_marks, write_html, write_pdf
from app.reports.specs import build_spec
from app.reports.wording import word_quotation
from evaluation.estimates import estimate_share

# WeasyPrint leaves its colour profile to the collector.
leaves_a_file_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

CHART = {
    "kind": "shares",
    "locale": "fr",
    "rows": [
        {"panel": "Emploi", "group": "Programme", "value": 28.4, "low": 24.2, "high": 33.0, "text": "28,4 %", "tone": "programme"},  # noqa: E501
        {"panel": "Emploi", "group": "Témoin", "value": None, "low": None, "high": None, "text": "masqué", "tone": "hidden"},  # noqa: E501
    ],
}  # fmt: skip
WORDS = dict.fromkeys(
    ("contents", "key_points", "figure", "table", "reading", "field", "source", "note", "data", "about", "method"),
    "mot",
) | {"evaluation_of": "Rapport"}


def document(**changes):
    block = {
        "kind": "text", "anchor": "b1", "title": "Un résultat", "number": 0, "chart": None, "alternative": "",
        "nodes": [{"tag": "p", "lines": [[{"text": "<script>alert(1)</script>", "style": "plain", "href": ""}]]}],
        "table": None, "notes": None, "remark": "", "warnings": [], "quotations": [],
    }  # fmt: skip
    base = {
        "locale": "fr", "title": "Rapport", "subtitle": "", "authors": "Léa", "study": "Étude", "programme": "",
        "dated": "23 novembre 2026", "words": WORDS,
        "blocks": [block, block | {"kind": "figure", "anchor": "b2", "number": 1, "nodes": [], "chart": CHART,
                                   "alternative": "Vingt-huit pour cent."}],
        "attachments": [{"name": "figure_01.csv", "description": "Figure 1", "content": "a;b\r\n"}],
    }  # fmt: skip
    return base | changes


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (word_number(-1234.5, "fr"), "−1\u202f234,5"),
        (word_number(0.04, "fr", signed=True), "0,0"),
        (word_number(2.25, "en", decimals=2, signed=True), "+2.25"),
        (word_percent(0.284, "fr"), "28,4\u202f%"),
        (word_percent(0.284, "en"), "28.4%"),
        (word_interval(estimate_share(28, 36), "fr"), "[61,9\u202f; 88,3]"),
    ],
)
def test_numbers_are_written_as_the_language_does(words, expected):
    assert words == expected


def test_markdown_knows_little_and_keeps_the_rest_as_text():
    nodes = parse_markdown(
        "## Titre\n\nUn **mot** et <b>un autre</b>\nsuite.\n\n- un\n- [lien](https://a.fr)\n\n[x](javascript:1)"
    )

    assert nodes == (
        Node("h2", ((Inline("Titre"),),)),
        Node("p", ((Inline("Un "), Inline("mot", "strong"), Inline(" et <b>un autre</b> suite.")),)),
        Node("ul", ((Inline("un"),), (Inline("lien", "link", "https://a.fr"),))),
        Node("p", ((Inline("[x](javascript:1)"),),)),
    )


def test_html_escapes_what_people_wrote():
    html = write_html(document(), [None, "<svg/>"])

    assert ("<script>" in html, "&lt;script&gt;" in html) == (False, True)


@pytest.mark.slow
def test_charts_are_drawn_apart_and_once(tmp_path):
    first = draw_cached([CHART], tmp_path)
    (path,) = tmp_path.glob("*.svg")
    path.write_text("kept")

    assert path.name == f"{chart_hash(CHART)}.svg"
    assert first[0].startswith("<svg")
    assert ("28,4 %" in first[0], "masqué" in first[0]) == (True, True)
    assert draw_cached([CHART], tmp_path) == ["kept"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["shares", "waves", "distribution", "flow"])
def test_every_kind_of_chart_is_valid_vega_lite(kind):
    import altair as alt

    charts = {
        "shares": CHART,
        "waves": {
            "percent": True,
            "unit": "en %",
            "waves": ["T0", "T1"],
            "rows": [
                {
                    "group": "P",
                    "wave": wave,
                    "value": 20.0,
                    "low": 15.0,
                    "high": 25.0,
                    "text": "20",
                    "tone": "programme",
                }
                for wave in ("T0", "T1")
            ],
        },
        "distribution": {
            "answers": ["oui", "non"],
            "muted": [],
            "hidden_label": "masqué",
            "rows": [{"group": "P", "answer": "oui", "start": 0, "end": 60, "text": "60 %"}],
        },
        "flow": {
            "steps": ["Tirées"],
            "rows": [{"panel": "P", "step": "Tirées", "value": 12, "text": "12", "tone": "programme"}],
        },
    }

    spec = build_spec({"kind": kind, "locale": "fr", **charts[kind]})

    # Altair holds the schema: it refuses a property that does not exist or has the wrong type.
    read = alt.Root.from_dict(spec, validate=True)
    assert type(read).__name__ == ("TopLevelFacetSpec" if kind == "flow" else "TopLevelLayerSpec")


def test_schema_refuses_what_vega_lite_does_not_know():
    import altair as alt
    import jsonschema

    spec = build_spec({"kind": "flow", "locale": "fr", "steps": ["Tirées"], "rows": [
        {"panel": "P", "step": "Tirées", "value": 12, "text": "12", "tone": "programme"}]})  # fmt: skip
    spec["spec"]["layer"][0]["mark"]["type"] = "sausage"

    with pytest.raises(jsonschema.ValidationError):
        alt.Root.from_dict(spec, validate=True)


def test_french_marks_keep_their_word_on_the_line():
    assert bind_french_marks('<p title="a">Dit : « oui ; non » ?</p>') == (
        '<p title="a">Dit\u00a0: «\u202foui\u202f; non\u202f»\u202f?</p>'
    )


def test_quotation_is_set_without_changing_a_word():
    said = "J'ai dit « c'est l'heure »... on y va ?"

    assert word_quotation(said, "fr") == "J’ai dit “c’est l’heure”… on y va\u202f?"
    assert word_quotation("I don't «know»", "en") == "I don’t «know»"


@leaves_a_file_open
@pytest.mark.slow
def test_pdf_is_an_archive_accessible_and_carries_its_data():
    import pikepdf

    printed = write_pdf(document(), [None, draw_apart([CHART])[0]])

    with pikepdf.open(io.BytesIO(printed.content)) as pdf:
        packet = pdf.Root.Metadata.read_bytes().decode()
        assert printed.page_count == len(pdf.pages) == 3
        assert "<pdfuaid:part>1</pdfuaid:part>" in packet
        assert list(pdf.attachments) == ["figure_01.csv"]
        assert str(pdf.Root.Lang) == "fr"


@leaves_a_file_open
@pytest.mark.slow
def test_pdf_fetches_nothing():
    html = document()
    html["blocks"][0]["nodes"] = [
        {"tag": "p", "lines": [[{"text": "x", "style": "link", "href": "https://example.org/a"}]]}
    ]

    # A picture that names a file or an address is refused by the fetcher; the page is printed without it.
    picture = "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd' width='9' height='9'/></svg>"
    printed = write_pdf(html, [None, picture])

    assert (printed.page_count, b"root:" in printed.content) == (3, False)
