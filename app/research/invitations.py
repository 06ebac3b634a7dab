"""Personal links of a collection: make them, follow them, take them away as a list or as slips to hand out."""

from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.extensions import db
from app.research.contexts.collections import hidden_counts
from app.research.contexts.invitations import Wanted, links_table, read_wanted, slips
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from core.audit import record
from core.tables import to_csv
from surveys import queries
from surveys.invitations import (
    InvitationRow,
    count_invitations,
    groups_of,
    list_invitations,
    make_invitations,
    people_to_invite,
)

blueprint = Blueprint(
    "invitations",
    __name__,
    url_prefix="/studies/<study_key>/collections/<uuid:collection_id>/links",
    template_folder="templates",
)


@blueprint.get("/")
@permits(Action.STUDY_READ)
def show_links(collection_id: UUID) -> ResponseReturnValue:
    """Show how many people have a link, have started, have sent."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    counts = count_invitations(session, study.study_id, collection_id)
    arms, sites = groups_of(session, study.study_id)
    states = hidden_counts(
        {
            _("not started"): counts.made - counts.started - counts.sent,
            _("started, not sent"): counts.started,
            _("sent"): counts.sent,
        },
        study.disclosure_threshold,
        unknown="",
    )
    return render_template(
        "research/invitations/show.html", row=row, counts=counts, states=states, arms=arms, sites=sites
    )


@blueprint.post("/")
@permits(Action.COLLECTION_MANAGE)
@writes
def make_links(collection_id: UUID) -> ResponseReturnValue:
    """Make the links that are missing."""
    session, study, wanted = db.session(), current_study(), _wanted()
    people = people_to_invite(session, study.study_id, collection_id, arm_id=wanted.arm_id, site_id=wanted.site_id)
    made = make_invitations(
        session, study.study_id, collection_id, people, secret=_secret(), account_id=current_account().id
    )
    flash(ngettext("%(num)s personal link made.", "%(num)s personal links made.", made), "good")
    return redirect(url_for(".show_links", study_key=study.key, collection_id=collection_id), 303)


@blueprint.post("/list.csv")
@permits(Action.COLLECTION_MANAGE)
@writes
def export_links(collection_id: UUID) -> ResponseReturnValue:
    """Hand out pseudonyms and links as CSV; the trail keeps that they left."""
    row, rows = _taken_away(collection_id)
    content = to_csv(links_table(rows, _public_url()))
    name = f"{current_study().key}-{row.token}-liens.csv"
    return Response(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.post("/slips")
@permits(Action.COLLECTION_MANAGE)
@writes
def print_slips(collection_id: UUID) -> ResponseReturnValue:
    """Show one slip a person, to print and cut; the trail keeps that they left."""
    row, rows = _taken_away(collection_id)
    version = queries.collection_version(db.session(), current_study().study_id, collection_id)
    title = version.definition.title or row.title
    return render_template("research/invitations/slips.html", row=row, slips=slips(rows, title, _public_url()))


def _taken_away(collection_id: UUID) -> tuple[queries.CollectionRow, list[InvitationRow]]:
    session, study, wanted = db.session(), current_study(), _wanted()
    row = queries.get_collection(session, study.study_id, collection_id)
    rows = list_invitations(
        session,
        study.study_id,
        collection_id,
        secret=_secret(),
        arm_id=wanted.arm_id,
        site_id=wanted.site_id,
    )
    record(
        session,
        verb="export",
        object_kind="invitations",
        object_id=collection_id,
        study_id=study.study_id,
        account_id=current_account().id,
        after={"count": len(rows)},
    )
    return row, rows


def _wanted() -> Wanted:
    return read_wanted(request.form.get("who", ""))


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _public_url() -> str:
    return str(current_app.config["SETTINGS"].public_url)
