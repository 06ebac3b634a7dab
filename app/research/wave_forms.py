"""What is typed about when a wave is."""

from collections.abc import Iterable

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from app.wording import word
from core.errors import DomainError
from studies.models import WaveAnchor
from studies.queries import WavePlace
from studies.services import WaveCalendar
from studies.services.calendar import MAX_MONTHS, MAX_TOLERANCE

ANCHORS = {
    WaveAnchor.START: _("The start of the study: the same dates for everybody"),
    WaveAnchor.DRAW: _("The day each person was drawn by lot"),
    WaveAnchor.ENTRY: _("The day each person entered the programme"),
    WaveAnchor.ATTRIBUTE: _("Another date of each person"),
}
_WHOLE = InputRequired(_("Type a whole number."))
_DAYS = [_WHOLE, NumberRange(min=0, max=MAX_TOLERANCE, message=_("Between 0 and 366 days."))]
_NUMERIC = {"inputmode": "numeric"}


class WaveForm(FlaskForm):
    """When a wave is."""

    months = IntegerField(
        _("Months after"),
        validators=[_WHOLE, NumberRange(min=0, max=MAX_MONTHS, message=_("Between 0 and 600 months."))],
        render_kw=_NUMERIC,
    )
    anchor = RadioField(
        _("Counted from"),
        coerce=WaveAnchor,
        choices=[SelectChoice(anchor.value, label) for anchor, label in ANCHORS.items()],
        validators=[InputRequired(_("Choose a date."))],
    )
    attribute = SelectField(
        _("Which date"),
        validate_choice=False,
        description=_("The attributes of participants that hold a date, as in « entretien : 12/03/2026 »."),
    )
    days_before = IntegerField(
        _("Days before"),
        validators=_DAYS,
        description=_("How long before that day one may answer."),
        render_kw=_NUMERIC,
    )
    days_after = IntegerField(
        _("Days after"),
        validators=_DAYS,
        description=_("How long after that day an answer still counts."),
        render_kw=_NUMERIC,
    )

    def offer(self, attributes: Iterable[str]) -> "WaveForm":
        """Offer the attributes that hold dates."""
        self.attribute.choices = [SelectChoice("", _("none")), *(SelectChoice(name, name) for name in attributes)]
        return self

    def place(self) -> WaveCalendar:
        """Return what was typed."""
        return WaveCalendar(
            months=self.months.data,
            anchor=self.anchor.data,
            attribute=self.attribute.data or "",
            days_before=self.days_before.data,
            days_after=self.days_after.data,
        )

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the field that it is about."""
        field = self.attribute if error.code == "studies.anchor_attribute_missing" else self.months
        field.errors = [*field.errors, word(error)]


def wave_values(wave: WavePlace) -> dict[str, object]:
    """Return what the form shows of a wave."""
    return {
        "months": wave.months_after_start,
        "anchor": wave.anchor,
        "attribute": wave.anchor_attribute,
        "days_before": wave.days_before,
        "days_after": wave.days_after,
    }


def wave_sentence(wave: WavePlace) -> str:
    """Say when a wave is, in one sentence."""
    months = ngettext("%(num)s month", "%(num)s months", wave.months_after_start)
    if wave.anchor is WaveAnchor.START:
        return str(gettext("%(months)s after the start of the study, the same dates for everybody", months=months))
    since = {
        WaveAnchor.DRAW: gettext("the day of the draw"),
        WaveAnchor.ENTRY: gettext("the entry into the programme"),
        WaveAnchor.ATTRIBUTE: gettext("the date “%(name)s”", name=wave.anchor_attribute),
    }[wave.anchor]
    return str(
        gettext(
            "%(months)s after %(since)s of each person, from %(before)s days before to %(after)s days after",
            months=months,
            since=since,
            before=wave.days_before,
            after=wave.days_after,
        )
    )
