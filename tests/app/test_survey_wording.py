"""Every code that surveys raises has a sentence, and every sentence a French one."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.wording import SENTENCES
from app.wording.surveys import word_remark

ROOT = Path(__file__).parents[2]
_MADE = re.compile(r'\b(?:error|warning|_later|make|warn|refuse)\(\s*"([a-z_]+)"')
_NAMED = re.compile(r'"surveys\.([a-z_]+)"')
_FAMILY = re.compile(r'"\)?, "([a-z_]+)"\),$', re.MULTILINE)


def codes():
    found = set()
    for path in (ROOT / "surveys").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found.update(_NAMED.findall(text))
        if path.parent.name in ("xlsform", "lss"):
            found.update(_MADE.findall(text))
    found.update(_FAMILY.findall((ROOT / "surveys/xlsform/adapter.py").read_text(encoding="utf-8")))
    return sorted(found)


@pytest.mark.parametrize("code", codes())
def test_a_code_has_its_sentence(code):
    assert f"surveys.{code}" in SENTENCES


def test_every_sentence_is_in_french():
    translated = set()
    for path in (ROOT / "app/translations/fr/LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            translated.update(message.id for message in read_po(file) if message.string and not message.fuzzy)

    assert [sentence for sentence in SENTENCES.values() if sentence not in translated] == []


def test_a_remark_begins_with_its_place(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert word_remark("surveys.name_missing", {}, sheet="survey", row=3, column="name") == (
            "Sheet survey, row 3, column name: The question has no name."
        )
