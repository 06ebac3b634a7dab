"""Templates show; nothing in them runs or decides on style where the content policy would refuse it."""

import re

from tests.architecture.sources import name_of, python_files, templates

# The one module that may say that a text is HTML: it makes it, from escaped parts.
MARKUP_MODULES = {"app/components/rich_text.py"}

INLINE = {
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script without src": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "a handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "|safe": re.compile(r"\|\s*safe\b"),
    "autoescape off": re.compile(r"autoescape\s+false", re.IGNORECASE),
    "an address of another site": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
}
# The document that WeasyPrint lays out is no page of the site: nobody's browser reads it.
PRINTED = "app/reports/templates/"


def test_templates_hold_no_code_and_no_style_of_their_own():
    found = []
    for path in templates():
        text = path.read_text(encoding="utf-8")
        printed = name_of(path).startswith(PRINTED)
        found += [
            f"{name_of(path)}: {what}"
            for what, pattern in INLINE.items()
            if pattern.search(text) and not (printed and "style" in what)
        ]

    assert found == []


def test_one_module_says_that_a_text_is_html():
    users = {
        name_of(path) for path in python_files("app/") if re.search(r"\bMarkup\(", path.read_text(encoding="utf-8"))
    }

    assert users <= MARKUP_MODULES
