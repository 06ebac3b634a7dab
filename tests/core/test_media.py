"""What a file is, whatever it is called."""

import pytest

from core.media import sniff, untagged
from tests.factories.media import MP3, OGG, photo, png


def box(brand: bytes, *handlers: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + bytes(8) + b"".join(b"hdlr" + bytes(8) + each for each in handlers)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (png(), "image/png"),
        (photo(), "image/jpeg"),
        (b"GIF89a" + bytes(20), "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (OGG, "audio/ogg"),
        (b"OggS" + bytes(24) + b"\x80theora", "video/ogg"),
        (MP3, "audio/mpeg"),
        (b"ID3\x04" + bytes(20), "audio/mpeg"),
        (b"\xff\xf1\x50\x80" + bytes(20), "audio/aac"),
        (b"\x1aE\xdf\xa3" + bytes(10) + b"webm" + bytes(30) + b"A_OPUS", "audio/webm"),
        (b"\x1aE\xdf\xa3" + bytes(10) + b"webm" + bytes(30) + b"V_VP8" + b"A_OPUS", "video/webm"),
        (b"\x1aE\xdf\xa3" + bytes(10) + b"matroska", ""),
        (box(b"M4A "), "audio/mp4"),
        (box(b"isom", b"soun"), "audio/mp4"),
        (box(b"isom", b"vide", b"soun"), "video/mp4"),
        (box(b"3gp4", b"vide"), "video/3gpp"),
        (box(b"heic"), "image/heic"),
        (b"%PDF-1.7", "application/pdf"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- un dessin -->\n<svg xmlns="x">', "image/svg+xml"),
        ("a,b\n1,2\n".encode("utf-16"), ""),
        (b"<html>", ""),
        (b"a,b\n1,2\n", ""),
        (b"", ""),
    ],
)
def test_sniff_reads_the_content(content, media_type):
    assert sniff(content) == media_type


def mp4(*boxes: bytes) -> bytes:
    return sized(b"ftyp", b"isom" + bytes(4)) + b"".join(boxes)


def sized(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4) + kind + content


PLACE = "\u00a9xyz+48.6921+006.1844/".encode()


def test_film_loses_its_place_and_nothing_moves():
    track = sized(b"trak", sized(b"tkhd", bytes(20)) + sized(b"meta", PLACE))
    before = mp4(sized(b"moov", sized(b"mvhd", bytes(20)) + sized(b"udta", PLACE) + track), sized(b"mdat", PLACE))

    after = untagged(before, "video/mp4")

    assert len(after) == len(before)
    # The sound itself is not looked into: only what stands beside it goes.
    assert after.count(PLACE) == 1
    assert (after.count(b"free"), after.count(b"udta"), after.count(b"meta")) == (2, 0, 0)
    assert untagged(after, "video/mp4") == after


@pytest.mark.parametrize(
    "broken",
    [
        sized(b"moov", b"\x00\x00\xff\xffudta" + PLACE),
        b"\x00\x00\x00\x02moov" + PLACE,
        b"\x00\x00\x00\x01moov" + b"\xff" * 8,
    ],
)
def test_film_with_wrong_sizes_is_left_as_it_is(broken):
    assert untagged(mp4(broken), "video/mp4") == mp4(broken)


def test_film_with_large_boxes_is_read_too():
    large = b"\x00\x00\x00\x01udta" + (16 + len(PLACE)).to_bytes(8) + PLACE
    last = b"\x00\x00\x00\x00moov" + sized(b"uuid", PLACE)

    assert PLACE not in untagged(mp4(large, last), "video/mp4")


def test_mp3_loses_its_tags_at_both_ends():
    tagged = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) + MP3 + b"TAG" + bytes(125)

    assert untagged(tagged, "audio/mpeg") == MP3
    assert untagged(MP3, "audio/mpeg") == MP3


def test_other_recordings_stay_as_they_came():
    assert untagged(OGG, "audio/ogg") == OGG
