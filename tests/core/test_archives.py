import io
import struct
import zipfile

import pytest

from core.archives import open_archive, parse_xml
from core.errors import Invalid


def make(members, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(content, member=None, **options):
    def read():
        with open_archive(content, file="a.zip") as archive:
            if member:
                archive.read(member, **options)

    with pytest.raises(Invalid) as caught:
        read()
    return caught.value.code


def test_open_archive_reads_members():
    with open_archive(make([("a.txt", "un"), ("b.txt", "deux")]), file="a.zip") as archive:
        assert (archive.names, archive.read("b.txt")) == (frozenset({"a.txt", "b.txt"}), b"deux")


def test_open_archive_refuses_what_is_no_archive():
    assert refusal(b"PK\x03\x04 not really") == "uploads.archive_broken"


def test_open_archive_refuses_too_many_members():
    assert refusal(make([(f"{n}", "") for n in range(2_001)])) == "uploads.archive_too_many"


def test_open_archive_refuses_a_bomb_by_its_ratio():
    assert refusal(make([("a", b"\0" * 5_000_000)])) == "uploads.archive_ratio"


def test_open_archive_refuses_a_declared_total_over_the_limit():
    content = bytearray(make([("a", "x")]))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 300_000_000)

    assert refusal(bytes(content)) == "uploads.archive_too_large"


def test_open_archive_refuses_repeated_names():
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = make([("a", "1"), ("a", "2")])

    assert refusal(content) == "uploads.archive_repeats"


def test_open_archive_refuses_members_that_share_their_bytes():
    content = bytearray(make([("a", "x" * 50), ("b", "x" * 50)]))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content[second + 42 : second + 46] = struct.pack("<I", 0)

    assert refusal(bytes(content)) == "uploads.archive_repeats"


def test_open_archive_refuses_encryption():
    content = bytearray(make([("a", "x")]))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1

    assert refusal(bytes(content)) == "uploads.archive_encrypted"


def test_read_stops_at_the_declared_size():
    content = bytearray(make([("a", bytes(range(256)) * 4_000)]))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.index(mark) + offset
        content[place : place + 4] = struct.pack("<I", 10)

    assert refusal(bytes(content), "a") in {"uploads.archive_lies", "uploads.archive_broken"}


def test_read_refuses_a_member_over_its_own_limit():
    assert refusal(make([("a", "xxxx")]), "a", max_bytes=3) == "uploads.member_too_large"


def test_read_refuses_an_absent_member():
    assert refusal(make([("a", "x")]), "b") == "uploads.member_missing"


def test_read_refuses_broken_data():
    content = bytearray(make([("a", "some words " * 100)]))
    content[40:50] = b"\xff" * 10

    assert refusal(bytes(content), "a") == "uploads.archive_broken"


def test_parse_xml_accepts_depth_100_and_no_more():
    def nested(depth):
        return b"<a>" * depth + b"</a>" * depth

    assert parse_xml(nested(100), file="a").tag == "a"
    with pytest.raises(Invalid, match="xml_too_deep"):
        parse_xml(nested(101), file="a")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!DOCTYPE a><a/>", "uploads.xml_forbidden"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "uploads.xml_forbidden"),
        (b"<a>", "uploads.xml_broken"),
        (b"", "uploads.xml_broken"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "uploads.xml_broken"),
        (b"<a>" + b"x" * 30 + b"</a>", "uploads.member_too_large"),
    ],
)
def test_parse_xml_refuses(content, code):
    with pytest.raises(Invalid) as caught:
        parse_xml(content, file="a", max_bytes=36 if code.endswith("large") else 1000)

    assert caught.value.code == code
