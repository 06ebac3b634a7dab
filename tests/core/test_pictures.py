"""Pictures are made anew: upright, not too large, with nothing but pixels."""

import io

import pytest

from core.errors import Invalid
from core.pictures import MAX_SIDE, remade_picture
from tests.factories.media import GPS, photo, png


def opened(content):
    from PIL import Image

    return Image.open(io.BytesIO(content))


def test_photo_loses_place_maker_and_comment():
    sent = photo(comment=b"CANARI-48.69N-6.18E")
    assert opened(sent).getexif()[0x010F] == "Fabricant fictif"
    assert opened(sent).getexif().get_ifd(GPS) != {}

    kept = remade_picture(sent)

    assert (kept.media_type, kept.width, kept.height) == ("image/jpeg", 400, 200)
    assert dict(opened(kept.content).getexif()) == {}
    assert [word for word in (b"CANARI", b"Fabricant", b"Exif") if word in kept.content] == []


def test_photo_taken_sideways_stands_upright():
    assert (remade_picture(photo(orientation=6)).width, remade_picture(photo(orientation=6)).height) == (200, 400)


def test_large_photo_is_reduced_to_the_longest_side_allowed():
    kept = remade_picture(photo(4000, 1000))

    assert (kept.width, kept.height) == (MAX_SIDE, 400)


def test_drawing_with_a_transparent_ground_stays_a_png():
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")

    kept = remade_picture(out.getvalue())

    assert kept.media_type == "image/png"
    assert opened(kept.content).getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_other_kinds_become_what_old_phones_show(kind):
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (10, 10), "teal").save(out, kind)

    assert remade_picture(out.getvalue()).media_type in {"image/png", "image/jpeg"}


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", png()[:40], photo()[:300], b"BM" + bytes(60)])
def test_damaged_picture_is_refused(content):
    with pytest.raises(Invalid) as refusal:
        remade_picture(content, file="a.png")

    assert (refusal.value.code, refusal.value.details["file"]) == ("uploads.picture_broken", "a.png")


@pytest.mark.parametrize("size", [(7000, 6000), (60000, 60000)])
def test_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(size):
    head = png(1, 1)
    width, height = (number.to_bytes(4, "big") for number in size)
    import zlib

    header = b"IHDR" + width + height + head[24:29]
    bomb = head[:12] + header + zlib.crc32(header).to_bytes(4, "big") + head[33:]

    with pytest.raises(Invalid) as refusal:
        remade_picture(bomb)

    assert refusal.value.code == "uploads.picture_too_large"
