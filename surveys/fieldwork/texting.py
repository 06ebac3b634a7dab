"""How a text message is cut and paid: by segments, in the 7-bit alphabet of GSM or in UCS-2 (3GPP TS 23.038)."""

from dataclasses import dataclass

# The default alphabet, and the signs that take two places in it. French é, è, à, ù and Ç are in it; ê, ô, ç are not.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_ALONE_7, _JOINED_7 = 160, 153
_ALONE_16, _JOINED_16 = 70, 67
# What typographers write and telephones need not: a plain sign instead keeps the message in the 7-bit alphabet.
_PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{THIN SPACE}": " ",
        "œ": "oe",
        "Œ": "OE",
        "·": ".",
    }
)


@dataclass(frozen=True, slots=True)
class TextLength:
    """How long a text message is: places in its alphabet, segments paid, signs that force the wide alphabet."""

    places: int
    segments: int
    is_wide: bool
    wide_signs: tuple[str, ...]
    left: int
    """Places left in the last segment."""


def plain_text(text: str) -> str:
    """Return a message with plain apostrophes, quotation marks, dashes and spaces."""
    return text.translate(_PLAIN)


def measure(text: str) -> TextLength:
    """Count a text message as it would be sent."""
    wide = tuple(dict.fromkeys(sign for sign in text if sign not in _BASIC and sign not in _EXTENDED))
    if not wide:
        widths = [2 if sign in _EXTENDED else 1 for sign in text]
        return _cut(widths, _ALONE_7, _JOINED_7, wide)
    widths = [2 if ord(sign) > 0xFFFF else 1 for sign in text]  # noqa: PLR2004  beyond it UTF-16 takes two
    return _cut(widths, _ALONE_16, _JOINED_16, wide)


def _cut(widths: list[int], alone: int, joined: int, wide: tuple[str, ...]) -> TextLength:
    """Fill segments in order; a sign of two places is never cut in two."""
    places = sum(widths)
    if places <= alone:
        return TextLength(places, 1 if places else 0, bool(wide), wide, alone - places)
    segments, filled = 1, 0
    for width in widths:
        if filled + width > joined:
            segments, filled = segments + 1, 0
        filled += width
    return TextLength(places, segments, bool(wide), wide, joined - filled)
