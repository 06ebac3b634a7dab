import pytest

from coding.transcripts import preview
from core.errors import Invalid
from tests.coding.docx_files import W, make_docx, make_zip, paragraph

COUNTED = {f"coding.notice_{kind}" for kind in ("insertion", "deletion", "hidden", "note", "comment", "picture")}


def read(body, **options):
    draft = preview("a.docx", make_docx(body, **options))
    return draft.text, [(notice.code, notice.details["count"]) for notice in draft.notices if notice.code in COUNTED]


def test_docx_paragraphs_breaks_and_tabs_become_text():
    body = "<w:p><w:r><w:t>Un</w:t><w:br/><w:t>deux</w:t></w:r><w:r><w:tab/><w:t>trois</w:t></w:r></w:p>" + paragraph(
        "quatre"
    )

    assert read(body) == ("Un\ndeux\ttrois\nquatre", [])


def test_docx_tracked_insertions_are_kept_and_deletions_dropped():
    body = (
        '<w:p><w:r><w:t xml:space="preserve">J\'ai </w:t></w:r>'
        "<w:del><w:r><w:delText>jamais </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>toujours</w:t></w:r></w:ins><w:r><w:t> dit</w:t></w:r></w:p>"
    )

    assert read(body) == (
        "J'ai toujours dit",
        [("coding.notice_insertion", 1), ("coding.notice_deletion", 1)],
    )


def test_docx_moved_words_stand_where_they_were_moved_to():
    body = (
        "<w:p><w:moveFrom><w:r><w:t>avant</w:t></w:r></w:moveFrom><w:r><w:t>reste </w:t></w:r>"
        "<w:moveTo><w:r><w:t>avant</w:t></w:r></w:moveTo></w:p>"
    )

    assert read(body)[0] == "reste avant"


def test_docx_deleted_paragraph_mark_joins_two_paragraphs():
    body = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>Une phrase </w:t></w:r></w:p>" + paragraph("coupée")

    assert read(body)[0] == "Une phrase coupée"


@pytest.mark.parametrize("vanish", ["<w:vanish/>", '<w:vanish w:val="true"/>', '<w:vanish w:val="1"/>'])
def test_docx_hidden_text_is_ignored_and_announced(vanish):
    body = f"<w:p><w:r><w:rPr>{vanish}</w:rPr><w:t>caché</w:t></w:r><w:r><w:t>visible</w:t></w:r></w:p>"

    assert read(body) == ("visible", [("coding.notice_hidden", 1)])


def test_docx_vanish_switched_off_is_visible():
    assert read('<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>visible</w:t></w:r></w:p>') == ("visible", [])


def test_docx_text_hidden_by_an_inherited_style_is_ignored():
    styles = (
        '<w:style w:styleId="Hidden"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="Child"><w:basedOn w:val="Hidden"/></w:style>'
    )
    body = '<w:p><w:r><w:rPr><w:rStyle w:val="Child"/></w:rPr><w:t>caché</w:t></w:r><w:r><w:t>dit</w:t></w:r></w:p>'

    assert read(body, styles=styles) == ("dit", [("coding.notice_hidden", 1)])


def test_docx_tables_come_in_order_with_cells_apart():
    cell = "<w:tc>{}</w:tc>".format
    body = (
        paragraph("avant")
        + "<w:tbl><w:tr>" + cell(paragraph("Nadège")) + cell(paragraph("Bonjour")) + "</w:tr></w:tbl>"
        + paragraph("après")
    )  # fmt: skip

    assert read(body)[0] == "avant\nNadège\tBonjour\naprès"


def test_docx_notes_and_comments_are_announced():
    body = '<w:p><w:r><w:t>dit</w:t><w:footnoteReference w:id="2"/><w:commentReference w:id="0"/></w:r></w:p>'

    assert read(body) == ("dit", [("coding.notice_note", 1), ("coding.notice_comment", 1)])


def test_docx_text_boxes_are_not_read_twice():
    box = "<w:drawing><w:txbxContent>{}</w:txbxContent></w:drawing>".format(paragraph("boîte"))
    body = (
        "<w:p><w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice>" + box + "</mc:Choice><mc:Fallback>" + box
        + "</mc:Fallback></mc:AlternateContent><w:t>dit</w:t></w:r></w:p>"
    )  # fmt: skip

    assert read(body) == ("dit", [("coding.notice_picture", 1)])


def test_docx_in_the_strict_variant_reads_too():
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'

    assert read(paragraph("mot"), namespace=strict)[0] == "mot"


def refusal(content, name="a.docx"):
    with pytest.raises(Invalid) as caught:
        preview(name, content)
    return caught.value.code, caught.value.details


def test_docx_with_a_dtd_is_refused():
    content = make_zip({"word/document.xml": f"<!DOCTYPE x [<!ENTITY a 'b'>]><w:document {W}>&a;</w:document>"})

    assert refusal(content) == ("uploads.xml_forbidden", {"file": "a.docx", "member": "word/document.xml"})


def test_docx_nested_too_deep_is_refused():
    content = make_docx("<w:p>" * 200 + "</w:p>" * 200)

    assert refusal(content) == ("uploads.xml_too_deep", {"file": "a.docx", "member": "word/document.xml", "limit": 100})


def test_docx_broken_xml_is_refused_with_its_line():
    content = make_zip({"word/document.xml": f"<w:document {W}>\n<w:body>\n</w:document>"})

    assert refusal(content) == (
        "uploads.xml_broken", {"file": "a.docx", "member": "word/document.xml", "line": 3}
    )  # fmt: skip


def test_docx_without_main_document_is_refused():
    content = make_zip({"word/other.xml": "<a/>"})

    assert refusal(content) == ("coding.docx_without_body", {"file": "a.docx", "member": "word/document.xml"})


@pytest.mark.parametrize(("content", "name"), [(b"%PDF-1.7 ...", "PDF"), (b"\xd0\xcf\x11\xe0\xa1", "DOC")])
def test_preview_refuses_other_formats_by_their_content(content, name):
    assert refusal(content) == ("coding.format_unknown", {"file": "a.docx", "format": name})


def test_docx_styles_that_rest_on_each_other_end():
    styles = "".join(f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>' for n in range(20_000))
    styles += '<w:style w:styleId="s20000"><w:basedOn w:val="s0"/></w:style>'
    styles += '<w:style w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
    styles += '<w:style w:styleId="i"><w:basedOn w:val="h"/></w:style>'
    body = '<w:p><w:r><w:rPr><w:rStyle w:val="{}"/></w:rPr><w:t>dit</w:t></w:r></w:p>'

    assert read(body.format("s0") + body.format("i"), styles=styles)[0].strip() == "dit"
