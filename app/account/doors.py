"""The doors: sign in, sign out, the first account, a one-time link."""

import hashlib

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from app import offline
from app.account import links, passwords
from app.account.forms import FirstAccountForm, NewPasswordForm, SignInForm, add_domain_error
from app.account.recognition import KNOWN_DEVICE_SECONDS, current_token, give_token, take_token_back
from app.account.services import create_account, new_hash, set_password
from app.account.sessions import end_other_sessions, end_session, open_session
from app.account.throttle import address_of_request, allow_sign_in, forget_tries
from app.components.preferences import local_path
from app.extensions import db
from app.security import Action, permits
from app.unit_of_work import begin_writing, unit_of_work, writes, writes_late
from core.audit import record
from core.errors import Invalid
from studies.queries import find_account

DEVICE_COOKIE = "tresse_device"
LINK_KEY = "password_link"
SETUP_KEY = "setup_link"

blueprint = Blueprint("account", __name__, url_prefix="/account", template_folder="templates")


@blueprint.get("/sign-in")
@permits(Action.ACCOUNT_SIGN_IN)
def sign_in() -> ResponseReturnValue:
    """Show the door."""
    return render_template(
        "account/sign_in.html", form=SignInForm(), next=_next(), is_new=links.setup_link(db.session()) is not None
    )


@blueprint.post("/sign-in")
@permits(Action.ACCOUNT_SIGN_IN)
@writes_late
def open_door() -> ResponseReturnValue:
    """Check e-mail address and password, slowly and equally for unknown addresses, then start a session."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_again(form), 422
    email = form.email.data
    device = _known_device(email)
    with unit_of_work() as own:  # kept even when the sign-in fails, which undoes the rest
        allowed = allow_sign_in(own, email=email, device=device, address=address_of_request())
    if not allowed:
        form.form_errors.append(_("Too many tries for now. Wait a quarter of an hour, then try again."))
        return _sign_in_again(form), 429
    account = find_account(db.session(), email)
    if not passwords.matches(account.password_hash if account else None, form.password.data) or account is None:
        form.form_errors.append(_("This e-mail address and this password do not go together."))
        return _sign_in_again(form), 422
    session.clear()  # what somebody else left in this browser: a link shown once, files under review
    writer = begin_writing()
    forget_tries(writer, email=email, device=device)
    end_session(writer, current_token())
    token = open_session(writer, account.id, user_agent=request.user_agent.string)
    record(writer, verb="sign_in", object_kind="account", object_id=account.id, account_id=account.id)
    return _enter(token, email, local_path(_next()))


@blueprint.post("/sign-out")
@permits(Action.ACCOUNT_SIGN_IN)
@writes
def sign_out() -> ResponseReturnValue:
    """End the session here and on the server."""
    end_session(db.session(), current_token())
    response = make_response(redirect(url_for("home.show_home"), 303))
    take_token_back(response)
    session.clear()
    response.headers["Clear-Site-Data"] = offline.what_to_clear()
    return response


@blueprint.get("/link/<token>")
@permits(Action.ACCOUNT_SIGN_IN)
def follow_link(token: str) -> ResponseReturnValue:
    """Take the token out of the address at once: addresses are kept in histories and logs."""
    links.account_of(db.session(), token)
    session[LINK_KEY] = token
    return redirect(url_for("account.choose_password"), 303)


@blueprint.get("/password/new")
@permits(Action.ACCOUNT_SIGN_IN)
def choose_password() -> ResponseReturnValue:
    """Show where to choose a password, after a one-time link."""
    account = links.account_of(db.session(), session.get(LINK_KEY, ""))
    return render_template("account/choose_password.html", form=NewPasswordForm(), email=account.email)


@blueprint.post("/password/new")
@permits(Action.ACCOUNT_SIGN_IN)
@writes_late
def keep_password() -> ResponseReturnValue:
    """Set the password and sign in."""
    link = session.get(LINK_KEY, "")
    account = links.account_of(db.session(), link)
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return render_template("account/choose_password.html", form=form, email=account.email), 422
    try:
        password_hash = new_hash(form.password.data, email=account.email, name=account.name)
    except Invalid as error:
        add_domain_error(form.password, error)
        return render_template("account/choose_password.html", form=form, email=account.email), 422
    writer = begin_writing()
    account = links.account_of(writer, link)  # spent, perhaps, since it was read
    set_password(writer, account, password_hash)
    session.pop(LINK_KEY, None)
    end_other_sessions(writer, account.id, keep_token=None)
    token = open_session(writer, account.id, user_agent=request.user_agent.string)
    flash(_("Your password is set. Welcome."), "good")
    return _enter(token, account.email, url_for("home.show_home"))


@blueprint.get("/setup/<token>")
@permits(Action.ACCOUNT_SIGN_IN)
def follow_setup_link(token: str) -> ResponseReturnValue:
    """Take the token out of the address."""
    links.check_setup(db.session(), token)
    session[SETUP_KEY] = token
    return redirect(url_for("account.set_up"), 303)


@blueprint.get("/setup")
@permits(Action.ACCOUNT_SIGN_IN)
def set_up() -> ResponseReturnValue:
    """Show where the first account is made."""
    links.check_setup(db.session(), session.get(SETUP_KEY, ""))
    return render_template("account/setup.html", form=FirstAccountForm())


@blueprint.post("/setup")
@permits(Action.ACCOUNT_SIGN_IN)
@writes_late
def make_first_account() -> ResponseReturnValue:
    """Make the administrator, once."""
    link = session.get(SETUP_KEY, "")
    links.check_setup(db.session(), link)
    form = FirstAccountForm()
    if not form.validate_on_submit():
        return render_template("account/setup.html", form=form), 422
    try:
        password_hash = new_hash(form.password.data, email=form.email.data, name=form.name.data)
    except Invalid as error:
        add_domain_error(form.password, error)
        return render_template("account/setup.html", form=form), 422
    writer = begin_writing()
    links.check_setup(writer, link)  # done, perhaps, by another since it was read
    account = create_account(
        writer, email=form.email.data, name=form.name.data, is_admin=True, password_hash=password_hash
    )
    session.pop(SETUP_KEY, None)
    token = open_session(writer, account.id, user_agent=request.user_agent.string)
    return _enter(token, account.email, url_for("home.show_home"))


def _sign_in_again(form: SignInForm) -> str:
    return render_template("account/sign_in.html", form=form, next=_next(), is_new=False)


def _next() -> str:
    return request.values.get("next", "")


def _enter(token: str, email: str, target: str) -> ResponseReturnValue:
    response = make_response(redirect(target, 303))
    give_token(response, token)
    response.set_cookie(
        DEVICE_COOKIE,
        _device_serializer().dumps(_device_mark(email)),
        max_age=KNOWN_DEVICE_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _device_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="tresse.device")


def _device_mark(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()


def _known_device(email: str) -> str:
    """Return what names this device when it signed in to this account before, "stranger" otherwise."""
    cookie = request.cookies.get(DEVICE_COOKIE, "")
    try:
        known = _device_serializer().loads(cookie) == _device_mark(email)
    except BadSignature:
        known = False
    return hashlib.sha256(cookie.encode()).hexdigest() if known else "stranger"
