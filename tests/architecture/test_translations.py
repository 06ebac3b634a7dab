"""French is complete: what the interface says in English has its translation, and no translation is left over."""

import functools
import io
import re
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

from app.i18n import DOMAINS
from tests.architecture.sources import ROOT, name_of, python_files, templates

FOLDER = ROOT / "app" / "translations" / "fr" / "LC_MESSAGES"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "N_": None,
    "pgettext": ((1, "c"), 2),
}
PLACE = re.compile(r"%\((\w+)\)[sd]")


def messages_in(path: Path, method: str) -> set[str]:
    options = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    with io.BytesIO(path.read_bytes()) as file:
        found = extract(method, file, KEYWORDS, (), options if "jinja" in method else {})
        return {
            message if isinstance(message, str) else message[0]
            for _line, message, _comments, _context in found
            if message
        } - {""}


@functools.cache
def said() -> dict[str, str]:
    """Return message → one place that says it."""
    places: dict[str, str] = {}
    for path in python_files("app/"):
        places |= dict.fromkeys(messages_in(path, "python"), name_of(path))
    for path in templates():
        places |= dict.fromkeys(messages_in(path, "jinja2.ext:babel_extract"), name_of(path))
    return places


@functools.cache
def translated() -> dict[str, tuple[str, object]]:
    """Return message → (domain, translation or plural translations)."""
    return {message: (domain, text) for domain, _forms, message, text in entries()}


@functools.cache
def entries() -> tuple[tuple[str, tuple[str, ...], str, object], ...]:
    """Return (domain, the English forms, the first of them, the French) of every entry of every catalogue."""
    found = []
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fr", domain=path.stem):
                if message.id:
                    forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
                    found.append((path.stem, forms, forms[0], message.string))
    return tuple(found)


def is_complete(string: object) -> bool:
    return bool(string) if isinstance(string, str) else bool(string) and all(string)


def test_every_message_is_translated():
    missing = {
        message: place
        for message, place in said().items()
        if message not in translated() or not is_complete(translated()[message][1])
    }

    assert missing == {}


def test_every_translation_is_said():
    assert {message: domain for message, (domain, _text) in translated().items() if message not in said()} == {}


def test_every_domain_is_loaded():
    assert {path.stem for path in FOLDER.glob("*.po")} == set(DOMAINS)


def test_translations_keep_the_places_of_the_message():
    """The English singular may do without its number (« one answer »); French, which counts 0 with 1, may not."""
    wrong = {}
    for domain, forms, message, text in entries():
        places = {place for form in forms for place in PLACE.findall(form)}
        for one in [text] if isinstance(text, str) else list(text):
            if one and set(PLACE.findall(one)) - places:
                wrong[message] = domain

    assert wrong == {}


def test_a_message_has_one_translation():
    """Catalogues are merged when loaded: where two differ, which one is shown would depend on their order."""
    texts: dict[str, dict[str, str]] = {}
    for domain, _forms, message, text in entries():
        texts.setdefault(message, {})[domain] = str(text)

    assert {message: by for message, by in texts.items() if len(set(by.values())) > 1} == {}


def test_french_has_its_spaces():
    """No ordinary space before ; : ! ? » or after «: a line must not break there."""
    wrong = {
        message: domain
        for message, (domain, text) in translated().items()
        for one in ([text] if isinstance(text, str) else list(text))
        if one and re.search(r" [;:!?»](?!\w)|« ", one)
    }

    assert wrong == {}


def test_no_translation_is_a_guess():
    fuzzy = []
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as file:
            fuzzy += [f"{path.stem}: {message.id}" for message in read_po(file) if message.id and message.fuzzy]

    assert fuzzy == []
