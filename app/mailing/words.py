"""The words that messages start from, by language and by what they are for; each step may have others of its own."""

import functools
from collections.abc import Mapping
from pathlib import Path

from surveys.fieldwork.mailing import Step, Words
from surveys.fieldwork.mailing_models import Channel

FOLDER = Path(__file__).parent / "texts"
LOCALES: dict[str, str] = {"fr": "Français", "fr-x-falc": "Français facile", "en": "English", "ar": "العربية"}
"""The languages that Tresse has words for; a person of another one is written to in that of the study."""
HEADED = frozenset({Channel.EMAIL, Channel.LETTER})


def step_words(step: Step, locale: str, own: Mapping[str, Words]) -> Words:
    """Return what a step says in one language: its own words there, else those it starts from."""
    return own.get(locale) or starting_words(step, locale)


def starting_words(step: Step, locale: str) -> Words:
    """Return the words a step starts from in a language."""
    name = "call" if step.channel is Channel.CALL else f"{step.kind.value}_{step.channel.value}"
    return _read(name, locale if locale in LOCALES else "fr", is_headed=step.channel in HEADED)


@functools.cache
def _read(name: str, locale: str, *, is_headed: bool) -> Words:
    text = (FOLDER / locale / f"{name}.txt").read_text(encoding="utf-8").strip()
    if not is_headed:
        return Words(body=text)
    subject, _newline, body = text.partition("\n")
    return Words(subject=subject.strip(), body=body.strip())


def locale_for(wanted: str, own: Mapping[str, Words], study_locale: str) -> str:
    """Return the language somebody is written to in: theirs where there are words for it, else that of the study."""
    tag = wanted.strip().lower()
    for each in (tag, tag.split("-")[0], study_locale):
        if each and (each in own or each in LOCALES):
            return each
    return "fr"
