"""Files of other formats than Word's: their words, who says them and when, what is left out and said to be."""

import pytest

from coding.transcripts import preview
from core.errors import Invalid
from tests.coding.docx_files import make_zip

ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
)


def make_odt(body, *, styles="", manifest="<manifest/>"):
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return make_zip({"mimetype": "x", "content.xml": content, "META-INF/manifest.xml": manifest})


def told(draft):
    """Who says what and when, as a person reads it."""
    return [(turn.label, draft.text[turn.start : turn.end], turn.start_ms, turn.end_ms) for turn in draft.turns]


def noticed(draft):
    return [(notice.code.removeprefix("coding.notice_"), notice.details) for notice in draft.notices]


def test_odt_reads_as_its_page_does():
    draft = preview(
        "a.odt",
        make_odt(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>parti</text:p></text:deletion>"
            "</text:changed-region><text:changed-region><text:insertion/></text:changed-region></text:tracked-changes>"
            "<text:h>Entretien</text:h><text:p>Q :\n   Bonjour<text:s text:c='2'/>!<text:line-break/>Ça va ?</text:p>"
            "<text:list><text:list-item><text:p>R :<text:tab/>Oui<text:note><text:note-body><text:p>bas</text:p>"
            "</text:note-body></text:note>, <text:span text:style-name='T1'>caché</text:span>voilà.</text:p>"
            "</text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>a</text:p>"
            "</table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
            "<text:p>Q : Et <office:annotation><text:p>note</text:p></office:annotation>après ?</text:p>",
            styles="<style:style style:name='T1'><style:text-properties text:display='none'/></style:style>",
        ),
    )

    assert draft.text == "Entretien\nQ : Bonjour  !\nÇa va ?\nR :\tOui, voilà.\na\tb\nQ : Et après ?"
    assert [label for label, *_rest in told(draft)] == ["", "Q", "R", "Q"]
    assert noticed(draft) == [
        (kind, {"count": 1}) for kind in ("insertion", "deletion", "hidden", "note", "comment")
    ]  # fmt: skip


def test_odt_with_a_password_or_without_words_is_refused():
    with pytest.raises(Invalid, match=r"coding\.odt_locked"):
        preview("a.odt", make_odt("<text:p>x</text:p>", manifest="<m:encryption-data/>"))
    with pytest.raises(Invalid, match=r"coding\.odt_without_body"):
        preview("a.odt", make_zip({"content.xml": f"<office:document-content {ODF}/>"}))
    with pytest.raises(Invalid, match=r"coding\.format_unknown"):
        preview("a.zip", make_zip({"a.txt": "x"}))


RTF = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial CYR;}}{\colortbl;\red0;}"
    rb"{\*\generator Essai;}{\info{\title Titre}}"
    rb"{\header En-t\'eate}\pard\plain Q\~: "
    rb"\'c7a va\line Bien\u8239?? {\v cach\'e9 }{\deleted parti }{\revised venu}\par"
    b"\nR\\~: J\\u8217\\'92ai {\\f1 \\'e4\\'e0}, \\uc2 l\\u233 xx\xe0-bas \\uc0\\u-10179\\u-8704{\\footnote pied}"
    rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt un lien}}{\*\shppict{\pict\pngblip 0a0b}}{\nonshppict{\pict 00}}\par"
    rb"\trowd a\cell b\cell\row \{fin\} {\bin3 }}}}\v0 .}"
)


def test_rtf_reads_as_its_page_does():
    draft = preview("a.rtf", RTF)

    assert draft.source_format == "rtf"
    assert draft.text == (
        "Q\u00a0: Ça va\nBien\u202f? venu\nR\u00a0: J’ai да, léà-bas \U0001f600un lien\na\tb\t\n{fin} ."
    )
    assert noticed(draft) == [
        (kind, {"count": 1}) for kind in ("insertion", "deletion", "hidden", "note", "picture")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (rb"{\rtf1 d\'e9but" + b"\nsuite", "rtf_truncated"),
        (rb"{\rtf1 d\bin99999999 but}", "rtf_truncated"),
        (b"{\\rtf1 " + b"{" * 600 + b"x" + b"}" * 601, "rtf_too_deep"),
        (b"{\\rtf1 }", "empty_file"),
    ],
)
def test_rtf_that_is_incomplete_is_refused(content, code):
    with pytest.raises(Invalid) as caught:
        preview("a.rtf", content)

    assert caught.value.code == f"coding.{code}"


def annotation(kind, number, value, **attributes):
    given = " ".join(f'{name}="{each}"' for name, each in attributes.items())
    return (
        f'<ANNOTATION><{kind} ANNOTATION_ID="a{number}" {given}><ANNOTATION_VALUE>{value}</ANNOTATION_VALUE>'
        f"</{kind}></ANNOTATION>"
    )


def aligned(number, start, end, value):
    return annotation("ALIGNABLE_ANNOTATION", number, value, TIME_SLOT_REF1=f"t{start}", TIME_SLOT_REF2=f"t{end}")


def eaf(*tiers):
    slots = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="t{number}"' + (f' TIME_VALUE="{value}"/>' if value is not None else "/>")
        for number, value in enumerate((0, 1000, None, 3000, 4000))
    )
    return f"<?xml version='1.0'?><ANNOTATION_DOCUMENT><TIME_ORDER>{slots}</TIME_ORDER>{''.join(tiers)}</ANNOTATION_DOCUMENT>".encode()  # noqa: E501


def test_elan_tells_its_tiers_in_the_order_of_time():
    gloss = annotation("REF_ANNOTATION", 9, "greeting", ANNOTATION_REF="a1")
    spoken = annotation("REF_ANNOTATION", 8, "Oui &amp; non", ANNOTATION_REF="a3")
    draft = preview(
        "a.eaf",
        eaf(
            f'<TIER TIER_ID="words" PARENT_REF="ref@Léo">{spoken}</TIER>',
            f'<TIER TIER_ID="A" PARTICIPANT="Ana">{aligned(2, 3, 4, "À vous.")}{aligned(1, 0, 2, "Bonjour")}</TIER>',
            f'<TIER TIER_ID="gloss" PARENT_REF="A">{gloss}</TIER>',
            f'<TIER TIER_ID="ref@Léo">{aligned(3, 2, 3, " ")}</TIER>',
            '<TIER TIER_ID="default"/>',
        ),
    )

    assert told(draft) == [
        ("Ana", "Bonjour", 0, 2000),
        ("words", "Oui & non", 2000, 3000),
        ("Ana", "À vous.", 3000, 4000),
    ]
    assert noticed(draft) == [("tiers", {"names": "gloss"})]


TRS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE Trans SYSTEM "trans-14.dtd">
<Trans><Speakers><Speaker id="s1" name="Enquêtrice"/><Speaker id="s2" name="Nadège"/></Speakers><Episode><Section>
<Turn speaker="s1" startTime="0" endTime="2.5"><Sync time="0"/>Bonjour, <Event desc="rire" type="noise"/>
ça va ?<Sync time="1.5"/>Dites.</Turn>
<Turn speaker="s2 s1" startTime="2.5" endTime="4">
<Sync time="2.5"/><Who nb="1"/>Ça va.<Comment desc="bas"/><Who nb="2"/>
Bien.</Turn><Turn startTime="4" endTime="5"><Sync time="4"/></Turn></Section></Episode></Trans>"""


def test_transcriber_tells_turns_and_who_speaks_at_once():
    draft = preview("a.trs", TRS.encode("latin-1"))

    assert told(draft) == [
        ("Enquêtrice", "Bonjour, [rire] ça va ? Dites.", 0, 2500),
        ("Nadège", "Ça va.", 2500, 4000),
        ("Enquêtrice", "Bien.", 2500, 4000),
    ]
    assert draft.speakers[0].is_interviewer
    assert noticed(draft) == [("comment", {"count": 1})]


def test_transcriber_may_declare_nothing_of_its_own():
    hostile = TRS.replace('SYSTEM "trans-14.dtd"', 'SYSTEM "trans-14.dtd" [<!ENTITY a "b">]')

    with pytest.raises(Invalid, match=r"uploads\.xml_forbidden"):
        preview("a.trs", hostile.encode("latin-1"))


LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 6
tiers? <exists>
size = 4
item []:
    item [1]:
        class = "IntervalTier"
        name = "Ana"
        xmin = 0
        xmax = 6
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 2.0004
            text = "Il a dit ""oui"" = 3"
        intervals [2]:
            xmin = 2.0004
            xmax = 6
            text = ""
    item [2]:
        class = "IntervalTier"
        name = "Léo"
        xmin = 0
        xmax = 6
        intervals: size = 1
        intervals [1]:
            xmin = 2.5
            xmax = 6
            text = "Non
 12"
    item [3]:
        class = "TextTier"
        name = "bruits"
        xmin = 0
        xmax = 6
        points: size = 1
        points [1]:
            number = 1.5
            mark = "porte"
    item [4]:
        class = "IntervalTier"
        name = "Ana - words"
        xmin = 0
        xmax = 6
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 2
            text = "oui"
"""
SHORT = (
    '"ooTextFile"\n"TextGrid"\n\n0\n6\n<exists>\n2\n"IntervalTier"\n"Ana"\n0\n6\n1\n0\n2.0004\n"Il a dit ""oui"" = 3"\n'
    '"IntervalTier"\n"Léo"\n0\n6\n1\n2.5\n6\n"Non\n 12"\n'
)


@pytest.mark.parametrize(
    ("content", "notices"),
    [
        (LONG.encode("utf-16"), [("tiers", {"names": "bruits, Ana - words"})]),
        (f"File type = {SHORT.replace(chr(10), chr(10) + 'Object class = ', 1)}".encode(), []),
    ],
)
def test_textgrid_is_told_alike_long_and_short(content, notices):
    draft = preview("a.TextGrid", content)

    assert told(draft) == [("Ana", 'Il a dit "oui" = 3', 0, 2000), ("Léo", "Non 12", 2500, 6000)]
    assert noticed(draft) == notices


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (('text = ""', "text = 3"), 22),
        (("size = 4", "size = 5"), 53),
        (("xmax = 2\n", "xmax = 1e999\n"), 51),
    ],
)
def test_textgrid_that_is_not_one_is_refused_with_its_line(wrong, line):
    with pytest.raises(Invalid) as caught:
        preview("a.TextGrid", LONG.replace(*wrong).encode())

    assert (caught.value.code, caught.value.details["line"]) == ("coding.textgrid_broken", line)


@pytest.mark.parametrize("content", [eaf(), b'"ooTextFile"\n"TextGrid"\n0\n6\n<exists>\n0\n', b"<Trans/>"])
def test_recording_where_nothing_is_said_is_refused(content):
    with pytest.raises(Invalid, match=r"coding\.no_annotation"):
        preview("a", content)


@pytest.mark.parametrize(
    ("encoding", "name"), [("mac_roman", "Mac Roman"), ("cp850", "CP850"), ("cp1252", "Windows-1252")]
)
def test_text_of_an_old_machine_keeps_its_accents(encoding, name):
    said = "Q : Où étiez-vous logée, à Hœrdt ?\nR : À l’hôtel, ça m’a coûté très cher, même l’été."
    said = said if encoding != "cp850" else said.replace("œ", "oe").replace("’", "'")
    draft = preview("a.txt", said.encode(encoding))

    assert draft.text == said
    assert noticed(draft) == [("encoding", {"encoding": name})]


def test_text_of_another_alphabet_is_read_by_its_letters():
    said = "Здравствуйте, меня зовут Анна, я живу в этом городе уже десять лет и ищу работу.\n" * 5

    assert preview("a.txt", said.encode("cp1251")).text == said.strip()


@pytest.mark.parametrize(
    "content", [RTF, TRS.encode("latin-1"), LONG.encode(), eaf(f"<TIER>{aligned(1, 0, 1, 'a')}</TIER>")]
)
def test_file_cut_short_or_damaged_is_read_or_refused_in_words(content):
    refused = 0
    for place in range(0, len(content), 5):
        for damaged in (content[:place], content[:place] + b'\xff}"<' + content[place + 2 :]):
            try:
                preview("a", damaged)
            except Invalid:
                refused += 1

    assert refused > 0
