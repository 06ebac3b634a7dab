"""What other software writes is read: quirks are survived and said, traps are refused."""

from uuid import UUID

import pytest

from coding.exchange.opening import read_project
from core.errors import Invalid
from tests.factories.projects import FULL, QUALCODER, TAGUETTE, TEXT, archive, database, guid, qdpx

SOURCE = '<Sources><TextSource guid="{guid}" name="A" plainTextPath="internal://a.txt">{body}</TextSource></Sources>'


def source(body: str) -> str:
    return SOURCE.format(guid=guid(30), body=body)


def selected(*places: tuple[int, int, str]) -> str:
    return source(
        "".join(
            f'<PlainTextSelection guid="{guid(40 + n)}" startPosition="{start}" endPosition="{end}" name="{name}"/>'
            for n, (start, end, name) in enumerate(places)
        )
    )


def read(body: str, text: bytes = TEXT.encode(), **options):
    return read_project("essai.qdpx", qdpx(body, texts={"sources/a.txt": text}, **options))


def spans(project):
    return [(each.start, each.end) for each in project.sources[0].selections]


def quotes(project):
    return [project.sources[0].text[start:end] for start, end in spans(project)]


def codes(project):
    return [each.code for each in project.deviations]


def test_full_project_is_read_without_a_deviation():
    project = read(FULL)

    assert project.deviations == []
    assert project.count() == {
        "users": 2, "codes": 3, "sources": 1, "selections": 3, "codings": 5, "notes": 2, "variables": 6, "cases": 1,
        "sets": 1, "links": 1, "graphs": 1, "kept": 0,
    }  # fmt: skip
    assert [(code.name, code.colour) for code, _above in project.all_codes()] == [
        ("Peur & élan", "#1F5c7A"),
        ("Dossier", "#aabbcc"),
        ("Sous-code", None),
    ]
    assert project.spellings == {UUID(guid(2)): f"{{{guid(2).upper()}}}"}


@pytest.mark.parametrize(
    ("text", "places", "told"),
    [
        ("un\r\ndeux\r\ntrois mots", [(8, 18, "trois mots"), (3, 7, "deux")], []),
        ("un\r\ndeux\r\ntrois mots", [(10, 20, "trois mots"), (4, 8, "deux")], ["project.counting_line_ends"]),
        ("a 😀 trois mots 😀 fin", [(5, 15, "trois mots"), (19, 22, "")], ["project.counting_utf16"]),
        ("a 😀 trois mots 😀 fin", [(4, 14, "trois mots"), (17, 20, "")], []),
        ("a 😀\r\ntrois mots", [(6, 16, "trois mots")], ["project.counting_line_ends", "project.counting_utf16"]),
    ],
)
def test_way_of_counting_is_found_by_the_words_quoted(text, places, told):
    project = read(selected(*places), text.encode())

    assert codes(project) == told
    assert quotes(project)[0] == "trois mots"
    assert quotes(project)[1:] in ([], ["deux"], ["fin"])


def test_mark_is_left_out_and_not_counted():
    project = read(selected((4, 13, "la lettre")), b"\xef\xbb\xbf" + TEXT.encode())

    assert (codes(project), quotes(project)) == (["project.marks"], ["la lettre"])


def test_accents_apart_are_joined_and_spans_follow():
    text = "e\u0301t\u00e9 pre\u0301s"
    project = read(selected((5, 10, "")), text.encode())
    assert (project.sources[0].text, quotes(project)) == ("été prés", ["prés"])


def test_words_are_searched_where_positions_are_wrong():
    project = read(selected((0, 9, "la lettre"), (1, 10, "le groupe")))

    assert quotes(project) == ["la lettre", "le groupe"]
    assert [(each.code, each.details["count"], each.details["of"]) for each in project.deviations] == [
        ("project.words_searched", 2, 2)
    ]


@pytest.mark.parametrize(
    ("start", "end", "quote", "code"),
    [
        (5, 5, "la", "project.selection_empty"),
        (13, 4, "la lettre", "project.selection_reversed"),
        (26, 900, "groupe", "project.selection_outside"),
    ],
)
def test_selection_that_cannot_be_is_mended(start, end, quote, code):
    project = read(selected((start, end, "")))

    assert (codes(project), quotes(project)) == ([code], [quote])


def test_text_that_is_missing_is_put_together_from_quotes():
    project = read_project("a.qdpx", qdpx(selected((4, 13, "la lettre"), (20, 26, "groupe"))))

    assert codes(project) == ["project.text_missing"]
    assert project.sources[0].text == "    la lettre       groupe"
    assert quotes(project) == ["la lettre", "groupe"]


@pytest.mark.parametrize(
    ("body", "options", "expected"),
    [
        ("<Sets/>", {}, ["project.schema_content"]),
        ("", {"name": "Project.qde"}, ["project.qde_name"]),
        ("", {"root": 'basePath="D:\\dossier de Lila"'}, ["project.base_path"]),
        ('<Users><User guid="x" name="a"/></Users>', {}, ["project.guid_invalid", "project.schema_value"]),
        (
            f'<CodeBook><Codes><Code guid="{guid(1)}" name="a" isCodable="true" color="red"/></Codes></CodeBook>',
            {},
            ["project.colour_invalid", "project.schema_value"],
        ),
        (f'<Cases><Case guid="{guid(1)}"/></Cases>', {}, []),
        (
            f'<Notes><Note guid="{guid(1)}" creationDateTime="hier"><PlainTextContent/></Note></Notes>',
            {},
            ["project.date_invalid", "project.schema_value"],
        ),
        (f'<Sources><WebSource guid="{guid(1)}"/></Sources>', {}, ["project.unknown_source", "project.schema_content"]),
        (
            f'<Sources><PDFSource guid="{guid(1)}" name="a.pdf"/></Sources>',
            {},
            ["project.kept"],
        ),
    ],
)
def test_deviation_is_said(body, options, expected):
    assert sorted(set(codes(read(body, **options)))) == sorted(expected)


def test_values_after_sources_in_a_case_are_read():
    body = f"""<Variables><Variable guid="{guid(10)}" name="a" typeOfVariable="Text"/></Variables>
        <Cases><Case guid="{guid(20)}" name="A"><SourceRef targetGUID="{guid(30)}"/><VariableValue>
        <VariableRef targetGUID="{guid(10)}"/><TextValue>b</TextValue></VariableValue></Case></Cases>{source("")}"""

    project = read(body)

    assert [(value.type, value.text) for value in project.cases[0].values] == [("Text", "b")]
    assert codes(project) == ["project.schema_content"]


def test_many_deviations_of_a_kind_are_counted():
    users = "".join(f'<User guid="{guid(n)}" colour="x"/>' for n in range(30))

    project = read(f"<Users>{users}</Users>")

    assert codes(project).count("project.schema_attribute") == 20
    assert project.deviations[-1].details == {"count": 10}


def test_codebook_of_another_namespace_is_read():
    content = f"""<CodeBook xmlns="urn:QDA-XML:codebook:0:4"><Codes><Code guid="{guid(1)}" name="a" isCodable="true"/>
        </Codes><Sets><Set guid="{guid(2)}" name="s"><MemberCode guid="{guid(1)}"/></Set></Sets></CodeBook>"""

    project = read_project("a.qdc", content.encode())

    assert codes(project) == ["project.namespace"]
    assert [each.codes for each in project.sets] == [[UUID(guid(1))]]


BOMB = '<!DOCTYPE a [<!ENTITY b "' + "x" * 1000 + '">]><Project xmlns="urn:QDA-XML:project:1.0" name="&b;&b;"/>'


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.qdpx", qdpx(FULL)[:900], "uploads.archive_broken"),
        ("a.qdpx", archive({"project.qde": b"<Project"}), "uploads.xml_broken"),
        ("a.qdpx", archive({"project.qde": BOMB.encode()}), "uploads.xml_forbidden"),
        ("a.qdpx", archive({"project.qde": BOMB.encode("utf-16")}), "uploads.xml_forbidden"),
        ("a.qdpx", archive({"project.qde": b" " * 5000 + BOMB.encode()}), "uploads.xml_forbidden"),
        ("a.qdpx", archive({"project.qde": b"<!--" + b" " * 5000 + b"-->" + BOMB.encode()}),
         "uploads.xml_forbidden"),
        ("a.qdpx", archive({"../project.qde": b"<Project/>"}), "project.path_outside"),
        ("a.qdpx", archive({"/projet/project.qde": b"<Project/>"}), "project.path_outside"),
        ("a.qdpx", archive({"project.qde": b"<Project/>", "sources/a.txt": b"\0" * 20_000_000}),
         "uploads.archive_ratio"),
        ("a.qdpx", archive({"readme.txt": b"a"}), "project.no_project"),
        ("a.qdc", b"<html/>", "project.not_refi"),
        ("a.qdc", b'<CodeBook xmlns="urn:QDA-XML:codebook:1.0">' + b"<Codes>" * 400, "uploads.xml_broken"),
        ("a.txt", b"bonjour", "project.format_unknown"),
        ("a.sqlite3", database("CREATE TABLE a (b)"), "project.database_unknown"),
        ("a.sqlite3", database(TAGUETTE)[:4096] + b"\xff" * 9000, "project.database_broken"),
        ("a.qda", b"SQLite format 3\x00" + b"\x00" * 200, "project.database_broken"),
    ],
)  # fmt: skip
def test_trap_is_refused(name, content, code):
    with pytest.raises(Invalid) as refusal:
        read_project(name, content)

    assert refusal.value.code == code


def test_taguette_counts_bytes_and_keeps_lines():
    project = read_project("a.sqlite3", database(TAGUETTE))

    assert project.deviations == []
    (text,) = project.sources
    assert text.text == "Été à la plage\net là-bas aussi\n"
    assert [(quote, len(each.codings)) for quote, each in zip(quotes(project), text.selections, strict=True)] == [
        ("à la plage", 2),
        ("là-bas", 1),
    ]
    assert [(code.name, code.description) for code in project.codes] == [("lieu", "où"), ("lieu.mer", "")]
    names = {user.guid: user.name for user in project.users}
    assert sorted(names.values()) == ["lila", "noe"]
    assert [names.get(each.user) for each in text.selections] == [None, "noe"]
    assert read_project("b.sqlite3", database(TAGUETTE)).sources[0].guid == text.guid


def test_qualcoder_is_read_with_memos_cases_and_attributes():
    project = read_project("data.qda", database(QUALCODER))

    assert [(each.code, each.details) for each in project.deviations] == [
        ("project.media_left", {"name": "b.mp3"}),
        ("project.rows_left", {"table": "code_image", "count": 1}),
    ]
    assert [(code.name, code.is_codable, above and above.name) for code, above in project.all_codes()] == [
        ("Vécu", False, None),
        ("seul", True, None),
        ("Corps", False, "Vécu"),
        ("peur", True, "Corps"),
    ]
    assert quotes(project) == ["la lettre", "la lettre", "le groupe"]
    assert [coding.comment for coding in project.all_codings()] == ["bien vu", ""]
    assert sorted((note.name, note.body) for note in project.notes) == [
        ("", "quel groupe ?"),
        ("a.txt", "dense"),
        ("jour 1", "commencé"),
    ]
    (case,) = project.cases
    assert (case.name, case.description, len(case.sources)) == ("Foyer", "deux", 1)
    assert [(value.type, value.text) for value in case.values] == [("Float", "42")]
    assert [(value.type, value.text) for value in project.sources[0].values] == [("Text", "agence")]
    assert [user.name for user in project.users] == ["lila", "noé"]


def test_folder_of_qualcoder_in_a_zip_is_read():
    project = read_project("etude.zip", archive({"etude.qda/data.qda": database(QUALCODER)}))

    assert [source.name for source in project.sources] == ["a.txt"]


def test_database_runs_nothing_of_its_own():
    script = (
        TAGUETTE
        + """DROP TABLE tags; CREATE VIEW tags AS
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, 1 AS project_id FROM n;"""
    )

    with pytest.raises(Invalid, match="database_unknown"):
        read_project("a.sqlite3", database(script))
