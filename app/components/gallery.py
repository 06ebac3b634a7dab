"""A page that shows every piece of the design system, in both lights."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.security import Action, permits

blueprint = Blueprint("gallery", __name__)


class SampleForm(FlaskForm):
    """One field of each kind."""

    title = StringField(_("Title"), description=_("As it will stand on the report."), validators=[InputRequired()])
    notes = TextAreaField(_("Notes"))
    wave = SelectField(_("Wave"), choices={"t0": "T0", "t1": "T1"}, validators=[InputRequired()])
    count = IntegerField(_("Number of children"))
    role = RadioField(
        _("Role"),
        choices=[SelectChoice("lead", _("Lead")), SelectChoice("coder", _("Coder"))],
        default="lead",
        validators=[InputRequired()],
    )
    blind = BooleanField(_("Blind coding"), description=_("Sees nobody else's codings."))
    file = FileField(_("File"))


@blueprint.get("/gallery")
@permits(Action.HOME)
def show_gallery() -> ResponseReturnValue:
    """Show every piece."""
    form = SampleForm(formdata=None)
    form.title.errors = [_("Type a title.")]
    return render_template("gallery.html", form=form, href=lambda number: url_for("gallery.show_gallery", page=number))
