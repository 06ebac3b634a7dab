"""The team of this machine: administrators give and close accounts, by a link they pass on themselves."""

from uuid import UUID

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.account.doors import blueprint as doors
from app.account.forms import InvitationForm, add_domain_error
from app.account.links import LINK_DAYS, password_link
from app.account.services import create_account, set_active
from app.extensions import db
from app.security import Action, current_account, permits
from app.unit_of_work import writes
from core.audit import record
from core.errors import Invalid, NotFound
from studies.models import Account
from studies.queries import list_accounts

blueprint = doors
LINK_TO_SHOW = "link_to_show"


def _page(form: InvitationForm) -> str:
    return render_template(
        "account/list_accounts.html",
        form=form,
        accounts=list_accounts(db.session()),
        link=session.pop(LINK_TO_SHOW, None),
        link_days=LINK_DAYS,
    )


@blueprint.get("/team")
@permits(Action.ACCOUNT_MANAGE)
def show_team() -> ResponseReturnValue:
    """Show who has an account here."""
    return _page(InvitationForm(formdata=None))


@blueprint.post("/team")
@permits(Action.ACCOUNT_MANAGE)
@writes
def invite() -> ResponseReturnValue:
    """Make a colleague's account and show the link they need, once."""
    form = InvitationForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        account = create_account(
            db.session(),
            email=form.email.data,
            name=form.name.data,
            is_admin=form.is_admin.data,
            by=current_account().id,
        )
    except Invalid as error:
        add_domain_error(form.email, error)
        return _page(form), 422
    session[LINK_TO_SHOW] = {"name": account.name, "href": password_link(account)}
    return redirect(url_for("account.show_team"), 303)


@blueprint.post("/team/<uuid:account_id>/link")
@permits(Action.ACCOUNT_MANAGE)
@writes
def make_link(account_id: UUID) -> ResponseReturnValue:
    """Make a new link for a colleague who lost theirs, or their password."""
    account = db.session().get(Account, account_id)
    if account is None or not account.is_active:
        raise NotFound("account.unknown")
    record(db.session(), verb="make_link", object_kind="account", object_id=account.id, account_id=current_account().id)
    session[LINK_TO_SHOW] = {"name": account.name, "href": password_link(account)}
    return redirect(url_for("account.show_team"), 303)


@blueprint.post("/team/<uuid:account_id>/close")
@permits(Action.ACCOUNT_MANAGE)
@writes
def close_account(account_id: UUID) -> ResponseReturnValue:
    """Close an account and end its sessions."""
    account = set_active(db.session(), account_id, is_active=False, by=current_account().id)
    flash(_("The account of %(name)s is closed.", name=account.name), "good")
    return redirect(url_for("account.show_team"), 303)


@blueprint.post("/team/<uuid:account_id>/open")
@permits(Action.ACCOUNT_MANAGE)
@writes
def reopen_account(account_id: UUID) -> ResponseReturnValue:
    """Open an account that was closed."""
    account = set_active(db.session(), account_id, is_active=True, by=current_account().id)
    flash(_("The account of %(name)s is open again.", name=account.name), "good")
    return redirect(url_for("account.show_team"), 303)
