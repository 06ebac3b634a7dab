"""A questionnaire answered in memory: the answers so far travel in the page and are kept nowhere."""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from flask import request

from app.research.contexts.trial import trial_draft, without_card
from surveys.answering import Draft, PageReading, read_page
from surveys.cards import open_card
from surveys.definition import Locale
from surveys.items.choices import SEARCH_PART
from surveys.occurrences import split_key
from surveys.routing import Page, next_page, page_by_key, previous_page
from surveys.versions import LoadedVersion


@dataclass(frozen=True, slots=True)
class Trial:
    """The answers with those just posted, the draft they make, the page to show (None: the end), what is wrong."""

    so_far: dict[str, Any]
    draft: Draft
    page: Page | None
    reading: PageReading | None = None


def step_trial(version: LoadedVersion, locale: Locale) -> Trial:
    """Return where a trial stands after what this request posted."""
    so_far = _so_far(version)
    draft = trial_draft(version, so_far["answers"], so_far["missing"], locale)
    page = page_by_key(version.pages, request.form.get("page", "")) or next_page(version.pages, draft.state, None)
    card = open_card(draft, page) if page else None
    if request.method != "POST" or page is None or card is None or "move" not in request.form:
        return Trial(so_far, card or draft, page)
    reading = read_page(card, page, _posted())
    so_far = _kept(so_far, reading)
    move, _colon, target = request.form["move"].partition(":")
    if move == "out":
        so_far = without_card(version, so_far, target)
    draft = trial_draft(version, so_far["answers"], so_far["missing"], locale)
    if move == SEARCH_PART:
        return Trial(so_far, draft, page, replace(reading, violations=()))
    if move in {"open", "out"}:
        shown = (page_by_key(version.pages, target) if move == "open" else None) or page
        return Trial(so_far, open_card(draft, shown) or draft, shown)
    if move == "back":
        return Trial(so_far, draft, previous_page(version.pages, reading.state, page) or page)
    if reading.violations:
        return Trial(so_far, draft, page, reading)
    return Trial(so_far, draft, reading.next_page)


def _kept(so_far: dict[str, Any], reading: PageReading) -> dict[str, Any]:
    missing = {key: mark for key, mark in so_far["missing"].items() if key not in reading.answers}
    return {
        "answers": {**so_far["answers"], **reading.answers},
        "missing": {**missing, **{key: str(mark) for key, mark in reading.missing.items()}},
    }


def _so_far(version: LoadedVersion) -> dict[str, Any]:
    """Return the answers that the page carries; those to questions that a draft no longer has are dropped."""
    try:
        read = json.loads(request.form.get("so_far", "{}"))
        parts = {"answers": dict(read.get("answers", {})), "missing": dict(read.get("missing", {}))}
    except (ValueError, AttributeError, TypeError):
        parts = {"answers": {}, "missing": {}}
    known = version.structure.by_key
    return {
        name: {key: value for key, value in part.items() if split_key(key)[0] in known} for name, part in parts.items()
    }


def _posted() -> dict[str, list[str]]:
    fields: dict[str, list[str]] = request.form.to_dict(flat=False)
    for name, values in list(fields.items()):
        if values and values[0].startswith(":"):
            fields[f"{name}:missing"] = [values[0][1:]]
            fields[name] = []
        if name.endswith(":sign"):
            fields[name.removesuffix(":sign")] = [str(uuid4())]
    # Nothing is kept of a trial: an id stands for what was sent.
    for name, sent in request.files.items():
        if sent.filename:
            fields[name.removesuffix(":file")] = [str(uuid4())]
    return fields
