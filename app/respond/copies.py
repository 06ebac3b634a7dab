"""A questionnaire as a phone keeps it to go on without network: every page drawn blank by the same templates.

What the phone fills in afterwards is marked (`surveys.blank`): texts that quote answers, the numbers of cards, counts.
A copy is named by its version, its collection and the state of the program that drew it, so that it never changes.
"""

import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from jinja2 import ChainableUndefined, Environment
from sqlalchemy.orm import Session

from app.components.assets import asset
from app.components.question import place_of
from app.components.rich_text import dressed
from app.respond.agreeing import consent_to_ask
from app.respond.contexts import Review, ReviewSection, about_minutes, question_page, review
from app.respond.entrance import chrome_attributes, chrome_tag
from app.respond.form_files import media_of
from app.respond.helping import HELPERS, WAYS, help_line
from app.respond.offline_words import words
from app.respond.rosters import CardLine, roster_page
from app.security import CONTENT_SECURITY_POLICY
from studies.queries import current_text
from studies.queries.asking import who_asks
from surveys.answering import Draft, OpenCollection
from surveys.blank import blank, place
from surveys.definition import Locale
from surveys.easy_texts import ReviewRow, current_review
from surveys.engine import evaluate_form
from surveys.models import ResponseState
from surveys.occurrences import key_at
from surveys.page_rules import QUOTING
from surveys.phone_form import phone_form
from surveys.presentation import Look, look_of
from surveys.reading import WORDS
from surveys.routing import Page
from surveys.versions import LoadedVersion, prepare

FORMAT = 1
MAX_KEPT = 16
ROOT = Path(__file__).parents[2]
_DRAWING = ("app/respond", "app/components", "app/translations", "app/static/dist", "surveys")
_NOWHERE = UUID(int=0)
_EARLY = datetime(2000, 1, 1, tzinfo=UTC)

Screen = list[str]
"""The title of a page and what stands in its frame. A third says it otherwise: a list without cards, words alone."""

_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()
_WORLD = "tresse-blank-pages"


def copy_name(session: Session, version: LoadedVersion, code: str, study_id: UUID, *, shows_previous: bool) -> str:
    """Return the name of the copy of a version for a collection; another one when its texts or this program change."""
    consent = current_text(session, study_id, version.definition.default_locale)
    reviews = [str(review) for review in _reviews(session, version).values()]
    what = f"{FORMAT}|{version.id}|{code}|{consent.id if consent else ''}|{reviews}|{shows_previous}|{_program()}"
    return hashlib.sha256(what.encode()).hexdigest()[:16]


def _reviews(session: Session, version: LoadedVersion) -> dict[str, ReviewRow | None]:
    """Return who approved the easy texts of a version; no statement where there are none."""
    easy = [locale.tag for locale in version.definition.locales if locale.is_easy]
    return {tag: current_review(session, version.questionnaire_id, version.definition, tag) for tag in easy}


@cache
def _program() -> str:
    """Return what tells one state of the program from another: its files that draw pages or compute on the phone."""
    digest = hashlib.sha256()
    for folder in _DRAWING:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".mo", ".js", ".css"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def is_carried(version: LoadedVersion) -> bool:
    """Whether phones can keep a version: no list is so long that it is searched."""
    structure = version.structure
    return all(
        look_of(item, structure.choices(item)) is not Look.SEARCH
        for item in version.definition.items()
        if item.type.has_choices
    )


def draw_copy(session: Session, name: str, collection: OpenCollection, code: str) -> bytes:
    """Return the JSON of the copy of this name, drawn once a process: who asks for it meanwhile waits."""
    with _lock:
        if name not in _kept:
            _kept[name] = json.dumps(
                _copy(session, collection, code), ensure_ascii=False, separators=(",", ":")
            ).encode()
        _kept.move_to_end(name)
        while len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
        return _kept[name]


def _copy(session: Session, collection: OpenCollection, code: str) -> dict[str, Any]:
    version = _blank_version(collection.version)
    reviews = _reviews(session, collection.version)
    drawn: dict[str, Any] = {
        "format": FORMAT,
        "version": str(version.id),
        "form": phone_form(collection.version.structure, collection.version.pages, dress=dressed),
        "shell": _shell(),
        "headers": {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CONTENT_SECURITY_POLICY},
        "aloud": asset("aloud.js"),
        "capture": asset("capture.js"),
        "assets": [asset(each) for each in ("phone.css", "respond.js", "aloud.js", "capture.js", "faces.svg")],
        "media": sorted(
            url_for("respond.show_form_file", code=code, digest=ref.digest) for ref in version.files.values()
        ),
        "pages": {},
        "screens": {},
        "words": {},
    }
    for locale in version.definition.locales:
        with force_locale(chrome_tag(locale)):
            draft = _blank_draft(version, collection, locale)
            easy = reviews.get(locale.tag)
            drawn["pages"][locale.tag] = [_page(draft, page, code) for page in version.pages]
            drawn["screens"][locale.tag] = dict(_screens(session, draft, code, easy))
            drawn["words"][locale.tag] = words()
    return drawn


def _shell() -> str:
    """Return the empty page that a phone fills, in the colours of the phone whoever asked first."""
    return re.sub(r'data-theme="\w+"', 'data-theme="auto"', render_template("respond/shell.html"))


def _blank_version(version: LoadedVersion) -> LoadedVersion:
    structure, pages = prepare(blank(version.definition))
    return replace(version, structure=structure, pages=pages)


def _blank_draft(version: LoadedVersion, collection: OpenCollection, locale: Locale) -> Draft:
    """Return a response of which nothing is known, with one card on each list."""
    state = evaluate_form(version.structure, {}, moment=_EARLY, locale=locale.tag, begins_with=1, is_counted=False)
    return Draft(
        id=_NOWHERE,
        collection_id=collection.id,
        study_id=collection.study_id,
        collection_title=collection.title,
        participant_id=_NOWHERE if collection.shows_previous else None,
        is_open=True,
        response_state=ResponseState.STARTED,
        receipt=place(":code"),
        locale=locale.tag,
        revision=0,
        last_page=0,
        moment=_EARLY,
        seed=0,
        version=version,
        answers={},
        missing={},
        answered_at={},
        carried={},
        state=state,
        shows_previous=collection.shows_previous,
    )


def _draw(template: str, of: Draft, code: str, **values: Any) -> Screen:
    definition = of.version.definition
    locale = definition.locale(of.locale)
    given = {
        "locale": locale,
        "chrome": chrome_attributes(locale),
        "code": code,
        "token": "",
        "form_title": definition.title,
        "locales": definition.locales,
        **values,
    }
    current_app.update_template_context(given)
    html = _tolerant().get_template(template).render(given)
    title = html.partition("<title>")[2].partition("</title>")[0]
    return [title, html.partition('<div class="phone">\n')[2].rpartition("</div>\n</body>")[0]]


def _tolerant() -> Environment:
    """Return the world of templates in which what depends on who answers (a notice, a group) is simply not there.

    Made once an app: it keeps the templates it has compiled.
    """
    if _WORLD not in current_app.extensions:
        current_app.extensions[_WORLD] = current_app.jinja_env.overlay(undefined=ChainableUndefined)
    return cast("Environment", current_app.extensions[_WORLD])


def _page(draft: Draft, cut: Page, code: str) -> Screen:
    page = cut.at((1,) * len(cut.repeats))
    if page.roster:
        screen = _list(draft, page, code)
    else:
        screen, look = _questions(draft, page, code)
        if look:
            screen.append(_questions(replace(draft, carried={WORDS: True}), page, code)[0][1])
    return [_with_numbers_open(html, draft, cut, page) for html in screen] if cut.repeats else screen


def _questions(draft: Draft, page: Page, code: str) -> tuple[Screen, str]:
    """Return a page of questions, and how it may be shown otherwise."""
    drawn = question_page(draft, page, media=media_of(code, draft.version.files))
    view = replace(
        drawn,
        blocks=tuple(replace(block, quoting=QUOTING) for block in drawn.blocks),
        # Counted by the phone: what is shown depends on the answers.
        part=cast("int", place(":part")),
        parts=cast("int", place(":parts")),
        around=place(":around") if page.repeats else "",
    )
    return _draw(
        "respond/page.html",
        draft,
        code,
        page=view,
        help=replace(help_line(code, draft, page), is_helped=True, words=place(":help")),
    ), view.other_look


def _list(draft: Draft, page: Page, code: str) -> Screen:
    line = CardLine(
        key="CARD", title=place(":card"), when=place(":when"), said=(place(":said"),), page="PAGE", is_unfinished=True
    )
    view = replace(
        roster_page(draft, page),
        part=cast("int", place(":part")),
        parts=cast("int", place(":parts")),
        around=place(":around") if page.repeats else "",
        cards=(line,),
        new="NEW",
        is_full=False,
    )
    title, html = _draw("respond/roster.html", draft, code, page=view, notice="", then="")
    return [title, html, _draw("respond/roster.html", draft, code, page=replace(view, cards=()), notice="", then="")[1]]


def _with_numbers_open(html: str, draft: Draft, cut: Page, page: Page) -> str:
    """Leave the numbers of the card open wherever the page names its questions."""
    for base in (*cut.items, cut.key, *([cut.roster] if cut.roster else [])):
        key = key_at(base, page.numbers)
        html = html.replace(f'"{key}', f'"{base}{place("#")}').replace(quote(key), f"{quote(base)}{place('#')}")
        if base in draft.state.structure.by_key:
            closed = place_of(draft.state, key)
            opened = f"{closed.partition('-')[0]}{place('-')}"
            html = re.sub(rf"(?<=[qb]){closed}(?![\d])", opened, html)
    return html


def _screens(session: Session, draft: Draft, code: str, easy: ReviewRow | None) -> Iterator[tuple[str, Screen]]:
    definition = draft.version.definition
    welcome = {
        "definition": definition,
        "asking": who_asks(session, draft.study_id),
        "minutes": about_minutes(definition),
        "consent": consent_to_ask(session, draft.study_id, draft.locale),
        "review": easy,
    }
    came = place(":helper")
    yield "welcome", _draw("respond/welcome.html", draft, code, **welcome, draft=None, resume_page=None, handed_by=came)
    yield "resume", _draw("respond/welcome.html", draft, code, **welcome, draft=draft, resume_page="AT")
    yield "review", _draw("respond/review.html", draft, code, page=_review(draft), refused=False, is_correction=False)
    yield "pause", _draw("respond/pause.html", draft, code, receipt=place(":code"), link="", picture="", back="AT")
    yield "waiting", _draw("respond/waiting.html", draft, code, receipt=place(":code"))
    yield "arrived", _draw("respond/arrived.html", draft, code, receipt=place(":code"))
    yield "declined", _draw("respond/declined.html", draft, code)
    # Nobody has said yet who helps: the phone does, as it does of the question that waits.
    yield "help", _draw("respond/help.html", draft, code, way="", helper="", ways=WAYS, helpers=HELPERS, back="AT")
    for name, is_away in (("private", False), ("away", True)):
        page = {"key": "AT"}
        yield name, _draw("respond/private.html", draft, code, page=page, keys=(), back="BACK", is_away=is_away)
    yield "done", _draw("respond/done.html", draft, code, receipt=place(":code"))


def _review(draft: Draft) -> Review:
    """Return a line for each question, the answer left open; the cards of a list stand on one line, by their names."""
    drawn = review(draft)
    sections = tuple(
        ReviewSection(
            section.title,
            tuple(
                replace(
                    line, answer=place(f"{draft.version.structure.places[int(line.id[1:])].node.key}|!"), problem=False
                )
                for line in section.lines
                if "-" not in line.id
            ),
        )
        for section in drawn.sections
    )
    return Review(tuple(each for each in sections if each.lines), (), 0, 0, "LAST")
