from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.text import Decoded, decode, normalise, read_csv, sniff_delimiter

WORDS = "Elle a été reçue à l’agence, où ça s’est bien passé.\nVoilà."


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""), ("utf-16-be", b""), ("utf-32-le", b"\xff\xfe\0\0"), ("cp1252", b""),
    ],
)  # fmt: skip
def test_decode_reads_every_usual_encoding(encoding, mark):
    assert decode(mark + WORDS.encode(encoding)) == Decoded(WORDS, encoding)


def test_decode_gives_composed_letters_and_line_feeds():
    assert decode("e\u0301te\u0301\r\nfin\rvoilà".encode()).text == "été\nfin\nvoilà"


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", bytes(range(256)), b"\x81\x8d caf\xe9"])
def test_decode_refuses_what_is_no_text(content):
    with pytest.raises(Invalid, match=r"uploads\.not_text"):
        decode(content, file="a.txt")


def test_decode_refuses_a_mark_that_does_not_hold():
    with pytest.raises(Invalid, match=r"uploads\.broken_encoding"):
        decode(b"\xef\xbb\xbfcaf\xe9")


@given(st.text())
def test_normalise_changes_nothing_the_second_time(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.binary(max_size=200))
def test_decode_answers_text_or_a_refusal(content):
    try:
        outcome = set(decode(content).text) & {"\r", "\0"}
    except Invalid as error:
        outcome = {error.code} - {"uploads.not_text", "uploads.broken_encoding"}

    assert outcome == set()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_sniff_delimiter_finds_the_separator(delimiter):
    rows = [["nom", "texte", "âge"], ["Ana", '"a, b; c"', "3,5"], ["Léo", "d", "4"]]

    assert sniff_delimiter("\n".join(delimiter.join(row) for row in rows).replace("3,5", '"3,5"')) == delimiter


def test_read_csv_keeps_na_and_leading_zeros_as_text():
    assert read_csv("code;valeur\n\n007;NA\n".encode("cp1252")) == [["code", "valeur"], ["007", "NA"]]


def test_read_csv_says_which_row_is_broken():
    with pytest.raises(Invalid) as caught:
        read_csv(b'a,b\n1,"' + b"x" * 200_000, file="t.csv")

    assert (caught.value.code, caught.value.details) == ("uploads.broken_csv", {"file": "t.csv", "row": 2})


@pytest.mark.parametrize("blank", [b"\n", b" \n", b";\n"])
def test_read_csv_passes_over_millions_of_blank_lines(blank):
    content = b"\n" * 10 + b"a;b\n" + blank * 1_000_000 + b"c;d\n"
    start = process_time()

    assert read_csv(content) == [["a", "b"], ["c", "d"]]
    assert process_time() - start < 4


def test_read_csv_reads_no_more_than_its_limit():
    assert read_csv(b'a;b\n\n1;2\n3;4\n"', limit=2) == [["a", "b"], ["1", "2"]]
