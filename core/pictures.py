"""Pictures sent by people, made anew: whatever came, what is kept holds pixels and nothing else.

A phone writes in each photo where and when it was taken and which phone it is. Decoding and encoding again drops
that, whatever hides in the file, and shows that it is a picture.
"""

import io
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid

MAX_PIXELS = 40_000_000
MAX_SIDE = 1_600
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of pixels only."""

    content: bytes
    media_type: str
    width: int
    height: int


def remade_picture(content: bytes, *, file: str = "", max_side: int = MAX_SIDE) -> Picture:
    """Decode a PNG, JPEG, GIF (its first image) or WebP, turn it upright, reduce it, encode it as PNG or JPEG.

    Raises: Invalid: `uploads.picture_too_large` (pixels), `uploads.picture_broken`.
    """
    from PIL import Image, ImageOps

    try:
        opened = Image.open(io.BytesIO(content), formats=_FORMATS)
        if opened.width * opened.height > MAX_PIXELS:
            raise Image.DecompressionBombError  # noqa: TRY301  its own limit is four times ours
        is_photo = opened.format == "JPEG" or (opened.format == "WEBP" and not opened.has_transparency_data)
        opened.draft("RGB", (max_side, max_side))  # a JPEG is then decoded at the smallest size that is enough
        upright = ImageOps.exif_transpose(opened)
        flat = upright.convert("RGB" if is_photo or not upright.has_transparency_data else "RGBA")
        flat.thumbnail((max_side, max_side))
        return _encoded(flat, is_photo=is_photo)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid("uploads.picture_too_large", file=file, limit=MAX_PIXELS // 1_000_000) from error
    except Exception as error:
        # Each decoder raises its own classes on broken data.
        raise Invalid("uploads.picture_broken", file=file) from error


def _encoded(image: Any, *, is_photo: bool) -> Picture:
    image.info.clear()  # profile, comment and text would be written again
    out = io.BytesIO()
    if is_photo:
        image.save(out, "JPEG", quality=_QUALITY, optimize=True)
    else:
        image.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), "image/jpeg" if is_photo else "image/png", image.width, image.height)
