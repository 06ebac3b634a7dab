"""What people are asked to agree to before they answer: its versions, and the next one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.extensions import db
from app.research.consent_forms import ConsentTextForm, suggested_text
from app.research.contexts.words import PURPOSES
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from core.errors import Invalid
from studies.queries import list_texts
from studies.services import publish_consent_text

blueprint = Blueprint("consents", __name__, url_prefix="/studies/<study_key>/consent", template_folder="templates")


def _page(form: ConsentTextForm | None = None) -> str:
    texts = list_texts(db.session(), current_study().study_id)
    if form is None:
        latest = next((text for text in texts if text.locale == current_study().locale), None)
        form = ConsentTextForm(formdata=None, data=suggested_text(latest, current_study().locale))
    return render_template("research/studies/consent.html", form=form, texts=texts, purposes=PURPOSES)


@blueprint.get("/")
@permits(Action.STUDY_EDIT)
def list_versions() -> ResponseReturnValue:
    """Show the text in force in each language, the former ones, and a form for the next."""
    return _page()


@blueprint.post("/")
@permits(Action.STUDY_EDIT)
@writes
def publish() -> ResponseReturnValue:
    """Publish the next version."""
    form = ConsentTextForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        text = publish_consent_text(
            db.session(),
            current_study().study_id,
            locale=form.locale.data,
            body=form.body.data,
            purposes=form.purposes(),
            by=current_account().id,
        )
    except Invalid as error:
        form.show(error)
        return _page(form), 422
    flash(_("Version %(number)s is asked from now on.", number=text.number), "good")
    return redirect(url_for(".list_versions", study_key=current_study().key), 303)
