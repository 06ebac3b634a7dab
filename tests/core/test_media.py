"""What a file is, whatever it is called."""

import pytest

from core.media import sniff
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
