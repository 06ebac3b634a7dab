"""The typeface of reports and charts: Source Sans Pro, from its package, never from the network."""

import base64
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
