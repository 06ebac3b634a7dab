"""What a respondent reads when there is nothing to answer here; what they sent is kept all the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, request, url_for
from flask_babel import LazyString, format_date, lazy_ngettext
from flask_babel import lazy_gettext as _

from app.account.throttle import address_of_request, count_try
from app.extensions import db
from app.respond.entrance import WORDED, interface_locale, show
from app.respond.holder import collection_path, end_visit, form_token, held, is_same_visit
from app.unit_of_work import unit_of_work
from coding.services import ErasedWords
from core.errors import NotFound
from surveys.answering import Draft, find_collection, quarantine
from surveys.definition import Locale
from surveys.deliveries import Holder
from surveys.delivering import response_held

MAX_KEPT_CHARACTERS = 100_000
KEPT_BY_ADDRESS = 600
"""Pages kept in quarantine for one address in a quarter of an hour: sixty phones behind one box, ten pages each."""


@dataclass(frozen=True, slots=True)
class FormOffered:
    """A button of a page that says something: what is said above it, where it leads, the field it sends."""

    sentence: Any
    label: Any
    action: str
    token: str
    field: str = ""


def _say(
    title: Any,
    sentences: tuple[Any, ...],
    *,
    status: int,
    locale: Locale | None = None,
    link: tuple[Any, str] | None = None,
    form: FormOffered | None = None,
) -> Response:
    # A page that answers a form has no address of its own to come back to in another language.
    languages = WORDED if locale is None and request.method == "GET" else {}
    return show(
        "respond/say.html",
        locale or interface_locale(),
        status=status,
        title=title,
        sentences=sentences,
        link=link,
        form=form,
        languages=languages,
    )


def unknown_collection(code: str) -> Response:
    """No questionnaire has this code."""
    return _say(
        _("No questionnaire has this code"),
        (
            _("The code “%(code)s” may have a letter too many or too few.", code=code[:40]),
            _("Check it on your paper or ask the person who gave it to you."),
        ),
        status=404,
        link=(_("Type the code again"), "/"),
    )


def unknown_response() -> Response:
    """No response has this link."""
    return _say(
        _("This link does not work any more"),
        (
            _("The link may be incomplete, or the answers were withdrawn."),
            _("If you have a code, type it: it tells whether answers are still there."),
        ),
        status=404,
        link=(_("I have a code"), url_for("respond.ask_code")),
    )


def unknown_invitation() -> Response:
    """No personal link has this code, or the person withdrew from the study."""
    return _say(
        _("This personal link does not work"),
        (
            _("A letter may be missing, or this link was taken back."),
            _("Check it on your paper or ask the person who gave it to you."),
        ),
        status=404,
        link=(_("Type the code again"), "/"),
    )


def group_closed() -> Response:
    """The group's code takes nobody any more."""
    return _say(
        _("This code does not serve any more"),
        (
            _("It was made for a group, and its time is over."),
            _("If you want to answer, ask the person who gave it to you."),
        ),
        status=200,
        link=(_("I have another code"), "/"),
    )


def crowded_group(code: str) -> Response:
    """More started by one group's code than a room holds; who waits a little comes in."""
    return _say(
        _("Many people are starting at the same time"),
        (_("Wait a few minutes, then press “Start” again. Nothing is lost."),),
        status=429,
        link=(_("Back to the first page of the questionnaire"), url_for("respond.show_welcome", code=code)),
    )


def no_more_messages() -> Response:
    """The person will not be contacted again."""
    return _say(
        _("You will get no more messages"),
        (
            _("Nobody of the team will write to you or call you for this study."),
            _("Answers that you sent stay as they are. Your RSA and your benefits do not change."),
        ),
        status=200,
    )


def too_many_tries() -> Response:
    """Too many codes were tried from this address."""
    return _say(
        _("Too many tries for now"),
        (_("Wait a quarter of an hour, then try again."),),
        status=429,
    )


def sent_with_this_link(locale: Locale) -> Response:
    """The person of this personal link has sent their answers; nothing of them is shown to who holds the link."""
    return _say(
        _("The answers of this link were sent"),
        (_("Thank you. There is nothing more to do."), _("With the code of your receipt you can read them again.")),
        status=200,
        locale=locale,
        link=(_("I have a code"), url_for("respond.ask_code")),
    )


def too_early(opens_on: date, locale: Locale) -> Response:
    """The person's own window has not opened yet."""
    return _say(
        _("Your questionnaire opens on %(day)s", day=LazyString(format_date, opens_on, "long")),
        (
            _("Come back from this day on, with the same link."),
            _("Nothing is asked of you. Your RSA and your benefits do not change."),
        ),
        status=200,
        locale=locale,
    )


def declined(code: str) -> Response:
    """The person does not want to answer: nothing was kept."""
    return _say(
        _("You will not be asked anything"),
        (
            _("You said no: that is your right. Nothing was saved."),
            _("Your RSA and your benefits do not change."),
        ),
        status=200,
        link=(_("Back to the first page of the questionnaire"), url_for("respond.show_welcome", code=code)),
    )


def closed(title: str, locale: Locale, *, kept: bool = False) -> Response:
    """The collection is not open."""
    sentences: tuple[Any, ...] = (
        _("“%(title)s” is not open at the moment.", title=title),
        _("Nothing is asked of you. Your RSA and your benefits do not change."),
    )
    if kept:
        sentences = (_("What you just sent was kept and shown to the team."), *sentences)
    return _say(
        _("This questionnaire is not open"),
        sentences,
        status=200,
        locale=locale,
        link=(_("Read or withdraw my answers, with my code"), url_for("respond.ask_code")),
    )


def already_sent(code: str, draft: Draft, *, kept: bool = False) -> Response:
    """The response was sent before."""
    locale = draft.version.definition.locale(draft.locale)
    token = form_token(held())
    if kept:
        return _say(
            _("Your questionnaire was already sent"),
            (_("This addition is not part of it. It is kept apart; the team can read it."),),
            status=200,
            locale=locale,
            link=_receipt_link(code),
            form=FormOffered("", _("Erase this addition"), url_for("respond.forget_addition", code=code), token),
        )
    return _say(
        _("Thank you, your answers have arrived"),
        (_("With the code of your receipt you can read them again, correct them, or withdraw them."),),
        status=200,
        locale=locale,
        link=_receipt_link(code),
        form=FormOffered(
            _("Does somebody else want to answer on this phone? The answers already sent stay sent."),
            _("I am somebody else: start a new one"),
            url_for("respond.leave", code=code),
            token,
            "again",
        ),
    )


def _receipt_link(code: str) -> tuple[Any, str]:
    if is_same_visit(held()):
        return _("See my receipt"), url_for("respond.show_done", code=code)
    return _("Type my code"), url_for("respond.ask_code")


def already_answered_here(code: str, draft: Draft) -> Response:
    """The response was sent before, and somebody comes in by the door: perhaps not the same person."""
    answer = already_sent(code, draft)
    end_visit(answer, collection_path(code))
    return answer


def too_heavy(address: str) -> Response:
    """What was sent passes every limit; it was not read, so nothing of this page could be kept."""
    return _say(
        _("What you sent is too heavy"),
        (
            _("This page could not be kept. What you answered before is kept."),
            _("Choose a smaller file, or make a shorter recording."),
        ),
        status=413,
        link=(_("Back to the page"), address),
    )


def addition_erased(code: str) -> Response:
    """What was sent too late is erased."""
    return _say(
        _("This addition is erased"),
        (_("The questionnaire that you had sent stays sent."),),
        status=200,
        link=_receipt_link(code),
    )


def goodbye(code: str) -> Response:
    """This phone holds nothing any more."""
    return _say(
        _("This phone has forgotten your answers"),
        (_("You can close this page."), _("What you saved is still there. Your link and your code open it.")),
        status=200,
        link=(_("Back to the first page of the questionnaire"), url_for("respond.show_welcome", code=code)),
    )


def withdrawn(erased: ErasedWords | None = None) -> Response:
    """The answers are erased; `erased` is what had been made of them."""
    sentences: tuple[Any, ...] = (_("Nobody can read them any more. Nobody will ask you why."),)
    if erased is not None and erased.answers:
        sentences += (_("What you wrote is also erased from the texts the team studies and from reports in progress."),)
    if erased is not None and erased.segments:
        sentences += (
            lazy_ngettext(
                "The team had marked %(num)s passage in it: it is erased.",
                "The team had marked %(num)s passages in it: they are erased.",
                erased.segments,
            ),
        )
    sentences += (_("Your RSA and your benefits do not change."),)
    return _say(_("Your answers are erased"), sentences, status=200)


def not_recognised(code: str, sent: Mapping[str, Any]) -> Response:
    """The browser holds nothing of ours, or the form is not ours; what was sent is kept for the team."""
    keep_apart(code, None, "not_recognised", sent)
    return _say(
        _("We did not find your questionnaire on this phone"),
        (
            _("What you just sent was kept."),
            _("Open your link again, or type your code, and go on. If it happens again, allow cookies for this site."),
        ),
        status=400,
        link=(_("Back to the first page of the questionnaire"), url_for("respond.show_welcome", code=code)),
    )


def keep_apart(code: str, holder: Holder | None, reason: str, sent: Mapping[str, Any]) -> bool:
    """Put what was sent in quarantine, up to a size, and not more than a room full of phones may send.

    False: its person took the response of `holder` back, and nothing of it is kept any more.
    """
    if not sent:
        return True
    payload: dict[str, Any] = {}
    room = MAX_KEPT_CHARACTERS
    for name, values in sent.items():
        texts = [value[:room] for value in values]
        payload[name[:200]] = texts
        room -= len(name) + sum(map(len, texts))
        if room <= 0:
            break
    with unit_of_work() as session:
        response_id, is_withdrawn = response_held(session, holder) if holder else (None, False)
        if is_withdrawn or count_try(session, f"respond-quarantine|{address_of_request()}") > KEPT_BY_ADDRESS:
            return not is_withdrawn
        try:
            collection_id = find_collection(session, code).id
        except NotFound:
            collection_id = None
        quarantine(session, collection_id=collection_id, response_id=response_id, reason=reason, payload=payload)
    db.session.rollback()
    return True
