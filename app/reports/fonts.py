"""The typeface of reports and charts: Source Sans Pro, from its package, never from the network."""

import base64
import io
from functools import cache
from importlib.resources import files
from pathlib import Path

FAMILY = "Source Sans Pro"

# (file, weight, style): what the report's styles use, and no more.
_FACES = (
    ("SourceSansPro-Regular.ttf", 400, "normal"),
    ("SourceSansPro-It.ttf", 400, "italic"),
    ("SourceSansPro-Semibold.ttf", 600, "normal"),
    ("SourceSansPro-Bold.ttf", 700, "normal"),
)


def font_directory() -> Path:
    """Return the folder of the package that holds the fonts."""
    return Path(str(files("font_source_sans_pro"))) / "files"


@cache
def font_faces() -> str:
    """Return the @font-face rules with the fonts inside, as data: addresses."""
    rules = []
    for name, weight, style in _FACES:
        encoded = base64.b64encode((font_directory() / name).read_bytes()).decode()
        rules.append(
            f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};font-style:{style};"
            f"src:url(data:font/ttf;base64,{encoded})}}"
        )
    return "".join(rules)


@cache
def screen_style() -> str:
    """Return the rules of the two weights of charts, cut down to western letters, for a picture shown on a screen.

    A picture in a page cannot use the page's fonts, and another font is wider than the room that was measured.
    """
    from fontTools import subset  # noqa: PLC0415  slow import

    kept = [*range(0x20, 0x250), *range(0x2010, 0x2040), 0x20AC, 0x2190, 0x2192, 0x2212, 0x2264, 0x2265]
    options = subset.Options(flavor="woff", layout_features=["kern"], notdef_outline=True)
    rules = []
    for name, weight, style in _FACES:
        if weight in (400, 600) and style == "normal":
            cutter = subset.Subsetter(options)
            cutter.populate(unicodes=kept)
            buffer = io.BytesIO()
            with subset.load_font(str(font_directory() / name), options) as font:
                cutter.subset(font)
                subset.save_font(font, buffer, options)
            encoded = base64.b64encode(buffer.getvalue()).decode()
            rules.append(
                f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};src:url(data:font/woff;base64,{encoded})}}"
            )
    return "".join(rules)
