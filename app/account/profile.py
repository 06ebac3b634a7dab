"""One's own account: name, language, password, sessions in force."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.account.devices import name_device
from app.account.doors import blueprint as doors
from app.account.forms import ChangePasswordForm, ProfileForm, add_domain_error
from app.account.recognition import current_token
from app.account.services import change_password, edit_profile, prepare_change
from app.account.sessions import end_listed_session, end_other_sessions, list_sessions
from app.account.throttle import allow_password
from app.extensions import db
from app.security import Action, current_account, permits
from app.unit_of_work import begin_writing, unit_of_work, writes, writes_late
from core.errors import Invalid

blueprint = doors


def _page(profile: ProfileForm | None = None, password: ChangePasswordForm | None = None) -> str:
    account = current_account()
    return render_template(
        "account/show_account.html",
        profile=profile or ProfileForm(formdata=None, name=account.name, locale=account.locale),
        password=password or ChangePasswordForm(formdata=None),
        sessions=list_sessions(db.session(), account.id, token=current_token()),
        name_device=name_device,
    )


@blueprint.get("/")
@permits(Action.ACCOUNT_OWN)
def show_account() -> ResponseReturnValue:
    """Show one's own account."""
    return _page()


@blueprint.post("/profile")
@permits(Action.ACCOUNT_OWN)
@writes
def save_profile() -> ResponseReturnValue:
    """Change name and language."""
    form = ProfileForm()
    if not form.validate_on_submit():
        return _page(profile=form), 422
    edit_profile(db.session(), current_account().id, name=form.name.data, locale=form.locale.data)
    flash(_("Your account is saved."), "good")
    return redirect(url_for("account.show_account"), 303)


@blueprint.post("/password")
@permits(Action.ACCOUNT_OWN)
@writes_late
def save_password() -> ResponseReturnValue:
    """Change the password; other sessions end."""
    form, account_id = ChangePasswordForm(), current_account().id
    if not form.validate_on_submit():
        return _page(password=form), 422
    with unit_of_work() as own:  # kept even when the password is wrong, which undoes the rest
        allowed = allow_password(own, account_id)
    if not allowed:
        form.form_errors.append(_("Too many tries for now. Wait a quarter of an hour, then try again."))
        return _page(password=form), 429
    try:
        hashes = prepare_change(db.session(), account_id, current=form.current.data, password=form.password.data)
        ended = change_password(begin_writing(), account_id, hashes=hashes, keep_token=current_token())
    except Invalid as error:
        add_domain_error(form.current if error.code == "account.password_wrong" else form.password, error)
        return _page(password=form), 422
    flash(
        _("Your password is changed.")
        + " "
        + ngettext("%(num)s other session was ended.", "%(num)s other sessions were ended.", ended),
        "good",
    )
    return redirect(url_for("account.show_account"), 303)


@blueprint.post("/sessions/<key>/end")
@permits(Action.ACCOUNT_OWN)
@writes
def end_one_session(key: str) -> ResponseReturnValue:
    """End one of one's own sessions."""
    end_listed_session(db.session(), current_account().id, key)
    return redirect(url_for("account.show_account"), 303)


@blueprint.post("/sessions/end-others")
@permits(Action.ACCOUNT_OWN)
@writes
def end_others() -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    end_other_sessions(db.session(), current_account().id, keep_token=current_token())
    flash(_("Your other sessions are ended."), "good")
    return redirect(url_for("account.show_account"), 303)
