"""Free text."""

import unicodedata

from surveys.definition import Item
from surveys.items.base import Kind, Parsed, Posted, always_fits, as_is, display_text

MAX_CHARACTERS = 10_000


def parse(item: Item, posted: Posted) -> Parsed:
    """Read a text: NFC, line ends LF, no control characters; spaces around it are not an answer."""
    values = posted.get(item.key)
    typed = values[0] if values else ""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))
    if len(text) > MAX_CHARACTERS:
        return Parsed(None, "surveys.text_too_long", {"limit": MAX_CHARACTERS}, typed)
    return Parsed(text.strip() or None, raw=typed)


KIND = Kind(parse, as_is, always_fits, display_text)
