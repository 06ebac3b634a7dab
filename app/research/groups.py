"""Ways into a collection for groups: made for a room or a site, shown as a code to scan, closed when it is over."""

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import status_of
from app.extensions import db
from app.research.collection_forms import GroupForm
from app.research.contexts.groups import group_lines
from app.research.contexts.invitations import picture_of
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from core.errors import DomainError
from surveys import queries
from surveys.fieldwork.groups import close_group, get_group, list_groups, make_group, spell_group
from surveys.invitations import groups_of

blueprint = Blueprint(
    "groups",
    __name__,
    url_prefix="/studies/<study_key>/collections/<uuid:collection_id>/groups",
    template_folder="templates",
)


def _page(collection_id: UUID, form: GroupForm | None = None) -> str:
    session, study = db.session(), current_study()
    _arms, sites = groups_of(session, study.study_id)
    form = form or GroupForm(formdata=None)
    form.offer([(str(id_), name) for id_, name in sites])
    return render_template(
        "research/groups/list.html",
        row=queries.get_collection(session, study.study_id, collection_id),
        groups=group_lines(list_groups(session, study.study_id, collection_id), study.disclosure_threshold),
        form=form,
        threshold=study.disclosure_threshold,
    )


def _back(collection_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".list_ways_in", study_key=current_study().key, collection_id=collection_id), 303)


@blueprint.get("/")
@permits(Action.STUDY_READ)
def list_ways_in(collection_id: UUID) -> ResponseReturnValue:
    """Show the groups and how many came by each."""
    return _page(collection_id)


@blueprint.post("/")
@permits(Action.COLLECTION_MANAGE)
@writes
def create_group(collection_id: UUID) -> ResponseReturnValue:
    """Make a way in for a group."""
    form, study = GroupForm(), current_study()
    if not form.validate_on_submit():
        return _page(collection_id, form), 422
    try:
        group_id = make_group(
            db.session(), study.study_id, collection_id, account_id=current_account().id, **form.values()
        )
    except DomainError as error:
        form.show(error)
        return _page(collection_id, form), status_of(error)
    flash(_("The group has its code: print it or show it."), "good")
    return redirect(url_for(".show_group", study_key=study.key, collection_id=collection_id, group_id=group_id), 303)


@blueprint.get("/<uuid:group_id>")
@permits(Action.STUDY_READ)
def show_group(collection_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Show a page to print or to project: the group's code to scan."""
    session, study = db.session(), current_study()
    group = get_group(session, study.study_id, collection_id, group_id)
    address = str(current_app.config["SETTINGS"].public_url) + url_for("respond.open_group", code=group.code)
    return render_template(
        "research/collections/poster.html",
        row=queries.get_collection(session, study.study_id, collection_id),
        group=group,
        address=address,
        code=spell_group(group.code),
        picture=picture_of(address),
        line=request.args.get("line", "").strip()[:200],
        action=url_for(".show_group", study_key=study.key, collection_id=collection_id, group_id=group_id),
    )


@blueprint.post("/<uuid:group_id>/close")
@permits(Action.COLLECTION_MANAGE)
@writes
def close(collection_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Take no more starts by this code."""
    close_group(db.session(), current_study().study_id, collection_id, group_id, account_id=current_account().id)
    flash(_("This code takes nobody any more. Those who have started go on."), "good")
    return _back(collection_id)
