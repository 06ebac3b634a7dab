"""The way in: what it is about, the choice of language, the start; a link that resumes."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.extensions import db
from app.respond import polite
from app.respond.agreeing import consent_to_ask
from app.respond.contexts import about_minutes, resume_page
from app.respond.entrance import blueprint, kept_fields, posted_fields, show
from app.respond.holder import (
    code_of_held,
    collection_path,
    forget_invitation,
    form_token,
    held,
    hold,
    is_ours,
    let_go,
    new_hold,
    open_held,
)
from app.respond.invitation import begin, group_here, invitation_here, refuse_invitation
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import Conflict, NotFound
from studies.queries.asking import who_asks
from surveys.answering import Draft, OpenCollection, find_collection, load_draft, open_draft
from surveys.consents import TEXT_FIELD, Choices, keep_choices, read_choices
from surveys.definition import Definition, Locale
from surveys.easy_texts import current_review
from surveys.fieldwork.groups import Group
from surveys.helping import Helper, read_assistance, say_assistance
from surveys.invitations import Invited
from surveys.models import ResponseState
from surveys.receipts import code_of_collection, give_code
from surveys.tokens import is_token, read_code


@blueprint.get("/r/<code>")
@permits(Action.ANSWER)
def show_welcome(code: str) -> ResponseReturnValue:
    """Say what it is about; nothing is written before « Start »."""
    try:
        collection = find_collection(db.session(), code)
    except NotFound:
        return polite.unknown_collection(code)
    if code != read_code(code):
        lang = request.args.get("lang")
        return redirect(url_for("respond.show_welcome", code=read_code(code), lang=lang), 301)
    draft, is_free = _draft_of(db.session(), collection)
    if draft is not None and draft.response_state is ResponseState.SUBMITTED:
        return polite.already_answered_here(code, draft)
    if not collection.is_open:
        return polite.closed(collection.title, chosen_locale(collection.version.definition))
    invitation = invitation_here(collection) if draft is None else None
    if invitation is not None and invitation.state is ResponseState.SUBMITTED:
        return polite.sent_with_this_link(chosen_locale(collection.version.definition))
    if invitation is not None and invitation.is_early and invitation.opens_on is not None:
        return polite.too_early(invitation.opens_on, chosen_locale(collection.version.definition))
    group = group_here(collection) if draft is None else None
    if group is not None and not group.is_open:
        return polite.group_closed()
    return _way_in(code, collection, draft, held() if draft or is_free else new_hold(), came=Came(invitation, group))


@dataclass(frozen=True, slots=True)
class Came:
    """By which code somebody came, if by any."""

    invitation: Invited | None
    group: Group | None

    @property
    def is_begun(self) -> bool:
        """Whether the person of a personal link has started."""
        return self.invitation is not None and self.invitation.state is not None


def _way_in(
    code: str,
    collection: OpenCollection,
    draft: Draft | None,
    holder: str,
    *,
    came: Came,
    is_checked: bool = False,
) -> ResponseReturnValue:
    # Who has started goes on with the version they started on, in its words.
    definition = (draft.version if draft else collection.version).definition
    locale = chosen_locale(definition, (draft.locale if draft else "") or request.form.get("locale", ""))
    answer = show(
        "respond/welcome.html",
        locale,
        status=422 if is_checked else 200,
        consent=None
        if draft or came.is_begun
        else consent_to_ask(db.session(), collection.study_id, locale.tag, is_checked=is_checked),
        code=code,
        collection=collection,
        definition=definition,
        asking=who_asks(db.session(), collection.study_id),
        handed_by=_handed_by(),
        minutes=about_minutes(definition),
        review=current_review(db.session(), collection.version.questionnaire_id, definition, locale.tag)
        if locale.is_easy
        else None,
        draft=draft,
        came=came,
        resume_page=resume_page(draft) if draft else None,
        token=form_token(holder),
    )
    hold(answer, holder, collection_path(code))
    return answer


def _handed_by() -> str:
    """Return who handed this phone over and stays to help, "" for nobody: their session ended before (`aide=…`)."""
    asked = request.values.get("aide", "") or request.form.get("helper", "")
    return asked if asked in set(Helper) else ""


def _draft_of(session: Session, collection: OpenCollection) -> tuple[Draft | None, bool]:
    """Return the response that this browser holds, and whether its token may still start one."""
    try:
        draft = open_held(session, held())
    except NotFound:
        return None, is_token(held())
    is_alive = draft.collection_id == collection.id and draft.response_state is not ResponseState.WITHDRAWN
    return (draft if is_alive else None), False


def chosen_locale(definition: Definition, kept: str = "") -> Locale:
    """Return the language asked for, the one kept, the browser's among the form's, or the form's first."""
    tags = [locale.tag for locale in definition.locales]
    asked = request.args.get("lang", "")
    if asked in tags:
        return definition.locale(asked)
    if kept:
        return definition.locale(kept)
    return definition.locale(request.accept_languages.best_match(tags) or definition.default_locale)


@blueprint.post("/r/<code>")
@permits(Action.ANSWER)
@writes_late
def start(code: str) -> ResponseReturnValue:
    """Start the response whose token this browser holds; pressed twice, it is started once."""
    holder = held()
    if not is_token(holder) or not is_ours(holder, request.form.get("csrf", "")):
        return polite.not_recognised(code, kept_fields(posted_fields()))
    try:
        collection = find_collection(db.session(), code)
        choices = _choices(collection)
        if choices.is_declined:
            return polite.declined(code)
        if not choices.is_complete:
            return _way_in_again(code, collection)
        # Read before the writing: one that closes in between is as if the start had come just before.
        with unit_of_work() as session:
            _begin(session, collection, holder, choices)
    except NotFound as error:
        if error.code in {"surveys.invitation_not_found", "fieldwork.group_not_found"}:
            return refuse_invitation(code)
        return polite.unknown_collection(code)
    except Conflict as error:
        if error.code == "fieldwork.group_crowded":
            return polite.crowded_group(code)
        return redirect(url_for("respond.show_welcome", code=code), 303)
    return _to_where_they_are(code, holder)


def _choices(collection: OpenCollection) -> Choices:
    if TEXT_FIELD not in request.form:
        return Choices()
    return read_choices(db.session(), collection.study_id, request.form)


def _begin(session: Session, collection: OpenCollection, holder: str, choices: Choices) -> None:
    response_id = begin(session, collection, token=holder, locale=request.form.get("locale", ""))
    keep_choices(session, collection.study_id, response_id, choices)
    said = read_assistance(request.form.get("way", ""), request.form.get("helper", ""))
    if said is not None and said.helper is not None:
        say_assistance(session, load_draft(session, response_id), said)


def _way_in_again(code: str, collection: OpenCollection) -> ResponseReturnValue:
    """Show the way in with what was said yes or no to, and what was not."""
    came = Came(invitation_here(collection), group_here(collection))
    return _way_in(code, collection, None, held(), came=came, is_checked=True)


def _to_where_they_are(code: str, holder: str) -> ResponseReturnValue:
    try:
        draft = open_draft(db.session(), holder)
    except NotFound:
        # The response of this token was opened elsewhere by its personal link: this phone holds nothing any more.
        gone = polite.unknown_response()
        let_go(gone, collection_path(code))
        return gone
    target = resume_page(draft)
    if target is None:
        answer = redirect(url_for("respond.show_review", code=code), 303)
    else:
        answer = redirect(url_for("respond.show_page", code=code, key=target), 303)
    forget_invitation(answer, collection_path(code))
    return answer


@blueprint.post("/r/<code>/leave")
@permits(Action.ANSWER)
@writes_late
def leave(code: str) -> ResponseReturnValue:
    """Forget this response on this phone; what was saved stays, and its link and code still open it."""
    if not is_ours(held(), request.form.get("csrf", "")):
        return redirect(url_for("respond.show_welcome", code=code), 303)
    if request.form.get("again"):
        draft = _unfinished()
        if draft is not None and not request.form.get("sure"):
            return _ask_who(code, draft)
        answer = redirect(url_for("respond.show_welcome", code=code), 303)
    else:
        answer = polite.goodbye(code)
    let_go(answer, collection_path(code))
    return answer


def _unfinished() -> Draft | None:
    try:
        draft = open_held(db.session(), held())
    except NotFound:
        return None
    return draft if draft.response_state is ResponseState.STARTED else None


def _ask_who(code: str, draft: Draft) -> ResponseReturnValue:
    """Before the phone forgets answers that are not sent, give the code that opens them again."""
    with unit_of_work() as session:
        receipt = give_code(session, draft.id, code=code_of_held())
    return show(
        "respond/somebody_else.html",
        draft.version.definition.locale(draft.locale),
        code=code,
        receipt=receipt,
        token=form_token(held()),
    )


@blueprint.get("/reprendre/<token>")
@permits(Action.ANSWER)
def resume(token: str) -> ResponseReturnValue:
    """Exchange the link for the cookie at once: the token does not stay in the address."""
    try:
        draft = open_draft(db.session(), token)
    except NotFound:
        return polite.unknown_response()
    code = code_of_collection(db.session(), draft.collection_id)
    answer = redirect(url_for("respond.show_welcome", code=code), 303)
    hold(answer, token, collection_path(code))
    return answer
