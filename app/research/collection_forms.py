"""What is typed about a collection."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.research.contexts.collections import PARIS, read_moment
from app.wording import word
from core.errors import DomainError
from surveys.fieldwork.settings import CollectionSettings

OPENINGS = {
    "all": _("To everybody at once"),
    "person": _("To each person on the first day of their own window"),
}


def _trim(value: str | None) -> str:
    return (value or "").strip()


class SettingsForm(FlaskForm):
    """What may change while people answer."""

    title = StringField(
        _("Title of the collection"),
        filters=[_trim],
        validators=[InputRequired(_("Type a title.")), Length(max=200, message=_("200 characters at most."))],
    )
    opens_on = DateField(_("Opens on"), validators=[InputRequired(_("Choose a day."))])
    closes_on = DateField(
        _("Closes on, at the end of the day"), validators=[Optional()], description=_("Empty: when you close it.")
    )
    opening = RadioField(
        _("Opens"),
        choices=[SelectChoice(value, label) for value, label in OPENINGS.items()],
        default="all",
        validators=[InputRequired(_("Choose an answer."))],
    )

    def settings(self, known: CollectionSettings) -> CollectionSettings:
        """Return what was typed; a day left as it was keeps its hour."""
        return CollectionSettings(
            title=self.title.data,
            opens_at=_moment(self.opens_on.data, known.opens_at) or known.opens_at,
            closes_at=_moment(self.closes_on.data, known.closes_at, end=True),
            opens_by_person=self.opening.data == "person",
        )

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the field that it is about."""
        names = {"fieldwork.title_missing": "title", "fieldwork.no_personal_window": "opening"}
        field = self[names.get(error.code, "closes_on")]
        field.errors = [*field.errors, word(error)]


def settings_values(settings: CollectionSettings) -> dict[str, Any]:
    """Return what the form shows."""
    return {
        "title": settings.title,
        "opens_on": settings.opens_at.astimezone(PARIS).date(),
        "closes_on": settings.closes_at.astimezone(PARIS).date() if settings.closes_at else None,
        "opening": "person" if settings.opens_by_person else "all",
    }


def _moment(day: Any, known: datetime | None, *, end: bool = False) -> datetime | None:
    if day is None:
        return None
    if known is not None and known.astimezone(PARIS).date() == day:
        return known
    return read_moment(day.isoformat(), end=end)
