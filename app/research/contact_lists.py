"""Import names and contacts: sealed as they come, a row a person; the trail keeps how many, not what."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.errors import status_of
from app.extensions import db
from app.research.contexts.people import problem_sentences
from app.research.forms import ContactsForm
from app.research.identities import seal_contacts
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import begin_writing, writes_late
from app.wording import word
from core.audit import record
from core.errors import Invalid
from studies.contact_listing import ListedContact, read_contacts
from studies.listing import read_table
from studies.queries import all_participants

blueprint = Blueprint(
    "contact_lists", __name__, url_prefix="/studies/<study_key>/contacts", template_folder="templates"
)


def _page(form: ContactsForm, problems: tuple[str, ...] = ()) -> str:
    return render_template("research/studies/import_contacts.html", form=form, problems=problems)


@blueprint.get("/import")
@permits(Action.IDENTITY_EDIT)
def show_import() -> ResponseReturnValue:
    """Show where contacts are imported."""
    return _page(ContactsForm(formdata=None))


@blueprint.post("/import")
@permits(Action.IDENTITY_EDIT)
@writes_late
def import_contacts() -> ResponseReturnValue:
    """Seal the contacts of a list, all of them, or none and say what is wrong row by row."""
    form, access = ContactsForm(), current_study()
    upload = request.files.get("file")
    is_file = upload is not None and upload.filename
    content = upload.read() if upload is not None and is_file else (form.pasted.data or "").encode()
    people = {person.pseudonym: person.id for person in all_participants(db.session(), access.study_id)}
    try:
        rows = read_table(content, file=str(upload.filename) if upload is not None and is_file else "")
        read = read_contacts(rows, known=frozenset(people))
        if read.problems:
            return _page(form, problem_sentences(read.problems)), 422
        _keep(read.contacts, people)
    except Invalid as error:
        form.file.errors = [word(error)]
        return _page(form), status_of(error)
    return redirect(url_for("participants.list_participants", study_key=access.key), 303)


def _keep(contacts: Sequence[ListedContact], people: dict[str, UUID]) -> None:
    session = begin_writing()
    sealed = seal_contacts(session, {people[each.pseudonym]: each for each in contacts})
    record(
        session,
        verb="import",
        object_kind="identity",
        object_id=None,
        study_id=current_study().study_id,
        account_id=current_account().id,
        after={"count": sealed},
    )
    flash(ngettext("%(num)s contact sealed.", "%(num)s contacts sealed.", sealed), "good")
