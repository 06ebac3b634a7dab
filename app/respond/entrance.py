"""The blueprint of respondents, and what surrounds each of their pages: size, language, compression."""

import gzip
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from flask_babel import force_locale

from app.compression import accepts_gzip
from app.i18n import choose_locale
from surveys.definition import Locale
from surveys.items import Posted
from surveys.phone_bodies import MAX_FIELDS, with_marks

# The words of Tresse on respondents' pages; a form in another language shows them in the browser's.
WORDED = {"fr": "Français", "en": "English", "ar": "العربية"}
WORDS_COOKIE = "tresse-words"
WORDS_SECONDS = 365 * 24 * 3600
MAX_BODY_BYTES = 2 * 1024 * 1024
WITH_FILES = frozenset({"respond.save_page", "respond.take_file"})
MIN_COMPRESSED = 500
LEVEL = 5

blueprint = Blueprint("respond", __name__, template_folder="templates")


@blueprint.before_request
def limit_body() -> None:
    """A page of answers is small, whatever the limit of uploads; files are sent to two addresses only."""
    if request.endpoint not in WITH_FILES:
        request.max_content_length = MAX_BODY_BYTES
    request.max_form_parts = MAX_FIELDS


@blueprint.after_request
def let_questions_ask(answer: Response) -> Response:
    """Let pages ask for the microphone and the place: the phone goes from one to the other in the same document."""
    answer.headers["Permissions-Policy"] = "camera=(), microphone=(self), geolocation=(self)"
    return answer


@blueprint.after_request
def keep_words(response: Response) -> Response:
    """Remember the language read last, for the pages that belong to no questionnaire."""
    words = g.get("words")
    if words and words != (request.cookies.get(WORDS_COOKIE) or choose_locale()):
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            WORDS_COOKIE, words, max_age=WORDS_SECONDS, secure=secure, httponly=True, samesite="Lax", path="/"
        )
    return response


@blueprint.after_request
def compress(response: Response) -> Response:
    """Send fewer bytes to prepaid phones; the token in the page is masked anew each time, which compression needs."""
    if accepts_gzip() and response.mimetype == "text/html" and not response.direct_passthrough:
        body = response.get_data()
        if len(body) >= MIN_COMPRESSED:
            response.set_data(gzip.compress(body, LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
    if response.mimetype == "text/html":
        response.headers["Vary"] = "Accept-Encoding, Cookie"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def chrome_tag(locale: Locale) -> str:
    """Return the language of Tresse's own words beside a form in `locale`."""
    primary = locale.tag.lower().split("-")[0]
    return primary if primary in WORDED else interface_locale().tag


def chrome_attributes(locale: Locale) -> dict[str, str]:
    """Return lang and dir to put on Tresse's own words when the page is in another language."""
    tag = chrome_tag(locale)
    if locale.tag.lower().split("-")[0] == tag:
        return {}
    return {"lang": tag, "dir": Locale(tag, "").direction}


def show(
    template: str, locale: Locale, *, status: int = 200, page: Callable[[], Any] = lambda: None, **values: Any
) -> Response:
    """Render a respondent's page; `page` prepares what it shows, in the language of the form like the page itself."""
    g.words = tag = chrome_tag(locale)
    with force_locale(tag):
        body = render_template(template, locale=locale, chrome=chrome_attributes(locale), page=page(), **values)
    return make_response(body, status)


def interface_locale() -> Locale:
    """Return the language of a page that belongs to no form: asked for, read last, or the browser's."""
    for tag in (request.args.get("lang", ""), request.cookies.get(WORDS_COOKIE, "")):
        if tag in WORDED:
            return Locale(tag, "")
    preferred = request.accept_languages.best_match(list(WORDED))
    return Locale(preferred if preferred == "ar" else choose_locale(), "")


def posted_fields() -> Posted:
    """Return what a page sent, by field."""
    return with_marks(request.form.to_dict(flat=False))


def kept_fields(posted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what quarantine keeps of a page: everything but our own fields."""
    return {name: list(values) for name, values in posted.items() if name not in {"csrf", "move", "then", ":read"}}
