"""Who stands behind a pseudonym: the one screen that opens what is sealed, for those who lead the study.

To open is a POST: each reading leaves an entry in the trail, without what was read.
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.extensions import db
from app.mailing.forgetting import forget_named_files
from app.research.person_forms import IdentityForm
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from core.audit import record
from studies.contact_listing import ListedContact
from studies.identity import (
    Person,
    Sealer,
    forget_identity,
    keep_identity,
    local_key,
    read_identities,
    read_identity,
)
from studies.queries import get_participant

blueprint = Blueprint(
    "identities",
    __name__,
    url_prefix="/studies/<study_key>/participants/<uuid:participant_id>/identity",
    template_folder="templates",
)


def _sealer() -> Sealer:
    return Sealer([local_key(current_app.config["SETTINGS"].data_dir)])


def seal_name(form: str) -> bytes:
    """Return a name met in a transcript as it may lie in the database, for who has the key."""
    return _sealer().seal_bytes(form.encode())


def open_name(sealed: bytes) -> str:
    """Return the name that a pseudonym took the place of.

    Raises: Invalid: the key is not the one it was sealed with.
    """
    return _sealer().open_bytes(sealed).decode()


def seal_contacts(session: Session, contacts: Mapping[UUID, ListedContact]) -> int:
    """Seal contacts that a list names, by participant; what a row leaves empty stays as it is known; return how many.

    Raises: Invalid: the key is not the one that those known were sealed with.
    """
    sealer = _sealer()
    known = read_identities(session, sealer, contacts)
    for participant_id, listed in contacts.items():
        before = known.get(participant_id, Person(name=""))
        said = {name: getattr(listed, name) for name in Person.__dataclass_fields__ if getattr(listed, name)}
        keep_identity(session, sealer, participant_id, replace(before, **said))
    return len(contacts)


def _page(participant_id: UUID, form: IdentityForm | None = None, *, is_known: bool = False) -> str:
    person = get_participant(db.session(), current_study().study_id, participant_id)
    return render_template("research/studies/identity.html", person=person, form=form, is_known=is_known)


def _leave(participant_id: UUID, verb: str) -> None:
    record(
        db.session(),
        verb=verb,
        object_kind="identity",
        object_id=participant_id,
        study_id=current_study().study_id,
        account_id=current_account().id,
    )


def _back(participant_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("persons.show_person", study_key=current_study().key, participant_id=participant_id), 303)


@blueprint.get("")
@permits(Action.IDENTITY_READ)
def show_sealed(participant_id: UUID) -> ResponseReturnValue:
    """Show that the identity is sealed, and what opening it does."""
    return _page(participant_id)


@blueprint.post("")
@permits(Action.IDENTITY_READ)
@writes
def open_identity(participant_id: UUID) -> ResponseReturnValue:
    """Show who stands behind the pseudonym; the trail keeps that it was read."""
    get_participant(db.session(), current_study().study_id, participant_id)
    known = read_identity(db.session(), _sealer(), participant_id)
    _leave(participant_id, "read")
    return _page(participant_id, IdentityForm(formdata=None, obj=known), is_known=known is not None)


@blueprint.post("/save")
@permits(Action.IDENTITY_EDIT)
@writes
def save_identity(participant_id: UUID) -> ResponseReturnValue:
    """Seal who stands behind the pseudonym."""
    get_participant(db.session(), current_study().study_id, participant_id)
    form = IdentityForm()
    if not form.validate_on_submit():
        return _page(participant_id, form), 422
    who = Person(**{name: form[name].data for name in Person.__dataclass_fields__})
    keep_identity(db.session(), _sealer(), participant_id, who)
    _leave(participant_id, "edit")
    flash(_("The identity is sealed."), "good")
    return _back(participant_id)


@blueprint.post("/forget")
@permits(Action.IDENTITY_EDIT)
@writes
def erase_identity(participant_id: UUID) -> ResponseReturnValue:
    """Erase who stands behind the pseudonym, for good."""
    get_participant(db.session(), current_study().study_id, participant_id)
    forget_identity(db.session(), participant_id)
    _leave(participant_id, "forget")
    forget_named_files(db.session(), current_study().study_id, participant_id)
    flash(_("The identity is erased: only the pseudonym stays."), "good")
    return _back(participant_id)
