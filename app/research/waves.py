"""The calendar of the waves: from which date each is counted, and with how much tolerance."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.extensions import db
from app.research.wave_forms import WaveForm, wave_values
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from core.errors import Invalid, NotFound
from studies.queries import WavePlace, date_attributes, wave_places
from studies.services import place_wave

blueprint = Blueprint("waves", __name__, url_prefix="/studies/<study_key>/waves", template_folder="templates")


@blueprint.get("/")
@permits(Action.STUDY_READ)
def list_waves() -> ResponseReturnValue:
    """Show when each wave is."""
    waves = wave_places(db.session(), current_study().study_id)
    return render_template("research/studies/waves.html", waves=waves)


def _wave(wave_id: UUID) -> WavePlace:
    for wave in wave_places(db.session(), current_study().study_id):
        if wave.id == wave_id:
            return wave
    raise NotFound("studies.wave_unknown")


@blueprint.get("/<uuid:wave_id>")
@permits(Action.STUDY_EDIT)
def edit_wave(wave_id: UUID) -> ResponseReturnValue:
    """Show when a wave is, to be changed."""
    wave = _wave(wave_id)
    form = WaveForm(formdata=None, data=wave_values(wave)).offer(_attributes(wave))
    return render_template("research/studies/edit_wave.html", form=form, wave=wave)


@blueprint.post("/<uuid:wave_id>")
@permits(Action.STUDY_EDIT)
@writes
def save_wave(wave_id: UUID) -> ResponseReturnValue:
    """Change when a wave is."""
    access, wave = current_study(), _wave(wave_id)
    form = WaveForm().offer(_attributes(wave))
    if not form.validate_on_submit():
        return render_template("research/studies/edit_wave.html", form=form, wave=wave), 422
    try:
        place_wave(db.session(), access.study_id, wave_id, form.place(), by=current_account().id)
    except Invalid as error:
        form.show(error)
        return render_template("research/studies/edit_wave.html", form=form, wave=wave), 422
    flash(_("The wave is saved."), "good")
    return redirect(url_for(".list_waves", study_key=access.key), 303)


def _attributes(wave: WavePlace) -> tuple[str, ...]:
    known = date_attributes(db.session(), current_study().study_id)
    return known if wave.anchor_attribute in {"", *known} else (wave.anchor_attribute, *known)
