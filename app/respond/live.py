"""What scripts need to keep a page up to date while it is answered, and the form as phones read it."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.components.rich_text import dressed
from app.compression import accepts_gzip
from app.extensions import db
from app.respond.entrance import blueprint
from app.security import Action, permits
from core.errors import NotFound
from surveys.answering import Draft
from surveys.drafts import find_collection
from surveys.engine import SAVED, FormState
from surveys.items import value_of
from surveys.page_rules import PageRules, kept_of
from surveys.phone_form import phone_form
from surveys.routing import Page
from surveys.saved import saved_names
from surveys.versions import LoadedVersion, load_version

MAX_KEPT = 32
MAX_PACKED = 40 * 1024
"""Bytes of a form that prepaid data may be spent on; pages of a heavier one do without scripts."""
YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Live:
    """Where the form is, and the answers that this page depends on, as JSON."""

    address: str
    draft: str


@blueprint.get("/r/<code>/form-<uuid:version_id>.json")
@permits(Action.ANSWER)
def show_form(code: str, version_id: UUID) -> ResponseReturnValue:
    """Give a version as phones compute it; it holds nobody's answers, and its address changes with its content."""
    session = db.session()
    try:
        collection, version = find_collection(session, code), load_version(session, version_id)
    except NotFound:
        return Response(status=404)
    if not version.is_published or version.questionnaire_id != collection.version.questionnaire_id:
        return Response(status=404)
    written = _written(_Kept(version))
    answer = Response(written.packed if accepts_gzip() else written.body, mimetype="application/json")
    if accepts_gzip():
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = YEAR
    return answer


def live_of(code: str, draft: Draft, page: Page, rules: PageRules, answers: Mapping[str, Any]) -> Live | None:
    """Return what a page needs to be kept up to date by scripts, None where nothing on it depends on its answers."""
    if not rules.is_live or not draft.version.is_published:
        return None
    written = _written(_Kept(draft.version))
    if len(written.packed) > MAX_PACKED:
        return None
    structure = draft.version.structure
    missing = {key: mark.value for key, mark in draft.missing.items()}
    carried = kept_of(structure, draft.carried, rules.needs)
    if saved := draft.carried.get(SAVED):
        quoted = saved_names(structure, {structure.place(key).index for key in page.items} | rules.needs)
        carried[SAVED] = {name: value for name, value in saved.items() if name in quoted}
    kept = {
        "answers": kept_of(structure, answers, rules.needs),
        "missing": kept_of(structure, missing, rules.needs),
        "carried": carried,
        "moment": draft.moment.isoformat(),
        "seed": draft.seed,
        "locale": draft.locale,
    }
    address = url_for("respond.show_form", code=code, version_id=draft.version.id, v=written.mark)
    return Live(address, json.dumps(kept, ensure_ascii=False, separators=(",", ":")))


def with_defaults(state: FormState, keys: list[str], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers, and what the form proposes to questions that wait and were never asked."""
    proposed = {}
    for key in keys:
        stored = state.occurrence(key).stored
        if key not in answers and stored:
            proposed[key] = value_of(state.structure.item(key), stored)
    return {**answers, **proposed}


class _Kept:
    """A published version as a key: two of the same id are the same."""

    __slots__ = ("version",)

    def __init__(self, version: LoadedVersion) -> None:
        self.version = version

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.version.id == self.version.id

    def __hash__(self) -> int:
        return hash(self.version.id)


@dataclass(frozen=True, slots=True)
class _Written:
    mark: str
    body: bytes
    packed: bytes


@lru_cache(maxsize=MAX_KEPT)
def _written(kept: _Kept) -> _Written:
    """Return the JSON of a version, plain and gzipped; made once a process."""
    form = phone_form(kept.version.structure, kept.version.pages, dress=dressed)
    body = json.dumps(form, ensure_ascii=False, separators=(",", ":")).encode()
    return _Written(hashlib.sha256(body).hexdigest()[:12], body, gzip.compress(body, 9, mtime=0))
