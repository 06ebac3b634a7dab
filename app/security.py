"""Who may do what: one table, one decorator, the headers of every answer.

A view without @permits does not exist: a test lists every endpoint and fails on one that is absent.
"""

import enum
import functools
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.extensions import db
from studies.models import Account, Membership, Role, Study


class Action(enum.StrEnum):
    """What can be done, as scope:resource:act, in alphabetical order."""

    ACCOUNT_MANAGE = "account:team:manage"
    ACCOUNT_OWN = "account:self:use"
    ACCOUNT_SIGN_IN = "account:session:open"
    AGREEMENT_READ = "study:agreement:read"
    ANSWER = "public:response:answer"
    CALL_NOTE = "study:call:note"
    CODEBOOK_EDIT = "study:codebook:edit"
    CODING_EDIT = "study:coding:edit"
    COLLECTION_MANAGE = "study:collection:manage"
    DATA_IMPORT = "study:data:import"
    EXPORT = "study:data:export"
    HOME = "public:home:read"
    IDENTITY_EDIT = "study:identity:edit"
    IDENTITY_READ = "study:identity:read"
    INDICATOR_EDIT = "study:indicator:edit"
    JOB_CANCEL = "study:job:cancel"
    JOB_READ = "study:job:read"
    JOB_RESTART = "study:job:restart"
    LAYERS_MANAGE = "study:layers:manage"
    PAPER_KEY = "study:paper:key"
    QUESTIONNAIRE_COMMENT = "study:questionnaire:comment"
    QUESTIONNAIRE_EDIT = "study:questionnaire:edit"
    REPORT_EDIT = "study:report:edit"
    REPORT_READ = "study:report:read"
    ROOM_RUN = "study:room:run"
    STUDY_CREATE = "account:study:create"
    STUDY_EDIT = "study:design:edit"
    STUDY_READ = "study:design:read"
    TRANSCRIPT_IMPORT = "study:transcript:import"
    TRANSCRIPT_READ = "study:transcript:read"
    WEAVING_EDIT = "study:weaving:edit"
    WEAVING_READ = "study:weaving:read"


class Audience(enum.StrEnum):
    """Those who need no role in a study."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed_in"
    FOUNDER = "founder"
    ADMINISTRATOR = "administrator"


EVERYONE = frozenset({Audience.EVERYONE})
SIGNED_IN = frozenset({Audience.SIGNED_IN})
FOUNDER = frozenset({Audience.FOUNDER})
ADMINISTRATOR = frozenset({Audience.ADMINISTRATOR})
LEAD = frozenset({Role.LEAD})
CODERS = frozenset({Role.LEAD, Role.CODER})
FACILITATORS = frozenset({Role.LEAD, Role.FACILITATOR})
TEAM = frozenset({Role.LEAD, Role.CODER, Role.FACILITATOR})
MEMBERS = frozenset(Role)

ALLOWED: dict[Action, frozenset[Role] | frozenset[Audience]] = {
    Action.ACCOUNT_MANAGE: ADMINISTRATOR,
    Action.ACCOUNT_OWN: SIGNED_IN,
    Action.ACCOUNT_SIGN_IN: EVERYONE,
    Action.AGREEMENT_READ: LEAD,
    Action.ANSWER: EVERYONE,
    Action.CALL_NOTE: TEAM,
    Action.CODEBOOK_EDIT: CODERS,
    Action.CODING_EDIT: CODERS,
    Action.COLLECTION_MANAGE: LEAD,
    Action.DATA_IMPORT: LEAD,
    Action.EXPORT: CODERS,
    Action.HOME: EVERYONE,
    Action.IDENTITY_EDIT: LEAD,
    Action.IDENTITY_READ: LEAD,
    Action.INDICATOR_EDIT: CODERS,
    Action.JOB_CANCEL: CODERS,
    Action.JOB_READ: MEMBERS,
    Action.JOB_RESTART: CODERS,
    Action.LAYERS_MANAGE: LEAD,
    Action.PAPER_KEY: TEAM,
    Action.QUESTIONNAIRE_COMMENT: TEAM,
    Action.QUESTIONNAIRE_EDIT: LEAD,
    Action.REPORT_EDIT: CODERS,
    Action.REPORT_READ: MEMBERS,
    Action.ROOM_RUN: FACILITATORS,
    Action.STUDY_CREATE: FOUNDER,
    Action.STUDY_EDIT: LEAD,
    Action.STUDY_READ: TEAM,
    Action.TRANSCRIPT_IMPORT: CODERS,
    Action.TRANSCRIPT_READ: CODERS,
    Action.WEAVING_EDIT: CODERS,
    Action.WEAVING_READ: TEAM,
}
# What counts or quotes everybody's codings: closed to a blind coder as long as they are blind.
CLOSED_TO_BLIND = frozenset(
    {
        Action.REPORT_EDIT,
        Action.REPORT_READ,
        Action.WEAVING_EDIT,
        Action.WEAVING_READ,
    }
)


@dataclass(frozen=True, slots=True)
class StudyAccess:
    """The study of this request and the role the signed-in person has in it; values, not rows."""

    study_id: UUID
    key: str
    title: str
    locale: str
    disclosure_threshold: int
    role: Role
    is_blind: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account of this request; values, not a row."""

    id: UUID
    name: str
    email: str
    locale: str
    is_admin: bool


def current_account() -> SignedIn:
    """Return who is signed in; only for views whose action needs it."""
    account: SignedIn | None = g.get("account")
    if account is None:
        abort(401)
    return account


def current_study() -> StudyAccess:
    """Return the study named in this request's address; only under an action of the study scope."""
    access: StudyAccess = g.study
    return access


def may(action: Action) -> bool:
    """Say whether the person of this request may do `action` here; templates show or hide by it."""
    allowed = ALLOWED[action]
    if Audience.EVERYONE in allowed:
        return True
    account = g.get("account")
    if account is None:
        return False
    if Audience.SIGNED_IN in allowed:
        return True
    if Audience.ADMINISTRATOR in allowed:
        return bool(account.is_admin)
    if Audience.FOUNDER in allowed:
        return _may_found(account)
    access = g.get("study")
    if access is None or access.role not in allowed:
        return False
    return not (access.is_blind and action in CLOSED_TO_BLIND)


def may_found(account: SignedIn, roles: AbstractSet[Role]) -> bool:
    """Say whether a person with these roles may make a study: not who was asked only to read or to run sessions."""
    return account.is_admin or not roles or bool(roles & CODERS)


def _may_found(account: SignedIn) -> bool:
    roles = db.session().scalars(select(Membership.role).where(Membership.account_id == account.id))
    return may_found(account, set(roles))


def permits(action: Action) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Let the view run only for those the table allows.

    Study actions read `study_key` from the address. Someone outside a study gets 404, not 403: its existence is
    nobody else's business.
    """

    def decorate(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if Audience.EVERYONE not in ALLOWED[action]:
                if g.get("account") is None:
                    return _ask_to_sign_in()
                if action.startswith("study:"):
                    g.study = _load_access(kwargs.pop("study_key"))
                if not may(action):
                    abort(403)
            return view(*args, **kwargs)

        wrapper.action = action  # type: ignore[attr-defined]  # read by the architecture tests
        return wrapper

    return decorate


def _ask_to_sign_in() -> ResponseReturnValue:
    # A session that was ended elsewhere says so; somebody who never signed in is shown the door.
    if g.get("session_is_stale") or request.method != "GET":
        abort(401)
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")), 303)


def _load_access(study_key: str) -> StudyAccess:
    account = current_account()
    row = db.session.execute(
        select(
            Study.id,
            Study.key,
            Study.title,
            Study.locale,
            Study.disclosure_threshold,
            Membership.role,
            Membership.is_blind,
        )
        .join(Membership, Membership.study_id == Study.id)
        .where(Study.key == study_key, Membership.account_id == account.id)
    ).one_or_none()
    if row is None:
        abort(404)
    return StudyAccess(*row)


def signed_in(account: Account) -> SignedIn:
    """Copy what requests need of an account."""
    return SignedIn(account.id, account.name, account.email, account.locale, account.is_admin)


CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; "
    "base-uri 'none'; manifest-src 'self'; worker-src 'self'"
)


def init_app(app: Flask) -> None:
    """Put the headers on every answer, errors and downloads included; know no address with a sign of none."""

    @app.before_request
    def refuse_nul() -> None:
        if "\0" in request.path:  # PostgreSQL takes it in no text: nothing of ours is called so
            abort(404)

    @app.after_request
    def harden(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        return response

    app.jinja_env.globals["may"] = may
    app.jinja_env.globals["Action"] = Action
