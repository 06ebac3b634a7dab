"""What is typed about a collection."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.research.contexts.collections import PARIS, read_moment
from app.wording import word
from core.errors import DomainError
from surveys.fieldwork.groups import MAX_LABEL
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

    shows_previous = BooleanField(
        _("Each person may look at what they answered before"),
        description=_(
            "On demand, for those with a personal link: their last answers to the same questionnaire, "
            "but for sensitive questions. Whoever has the link can read them."
        ),
    )

    def settings(self, known: CollectionSettings) -> CollectionSettings:
        """Return what was typed; a day left as it was keeps its hour."""
        return CollectionSettings(
            title=self.title.data,
            opens_at=_moment(self.opens_on.data, known.opens_at) or known.opens_at,
            closes_at=_moment(self.closes_on.data, known.closes_at, end=True),
            opens_by_person=self.opening.data == "person",
            shows_previous=self.shows_previous.data,
        )

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the field that it is about."""
        names = {"fieldwork.title_missing": "title", "fieldwork.no_personal_window": "opening"}
        field = self[names.get(error.code, "closes_on")]
        field.errors = [*field.errors, word(error)]


class GroupForm(FlaskForm):
    """A way in for a group."""

    label = StringField(
        _("Name of the group"),
        filters=[_trim],
        validators=[
            InputRequired(_("Name the group: a workshop, a site, a date.")),
            Length(max=MAX_LABEL, message=_("120 characters at most.")),
        ],
        description=_("The people of the group read it. For example: workshop of 3 March, Nancy."),
    )
    site = SelectField(_("Site"), validate_choice=False)
    expires_on = DateField(
        _("Last day"),
        validators=[Optional()],
        description=_("The code takes nobody after it. Empty: until you close it."),
    )
    max_responses = IntegerField(
        _("Responses at most"),
        validators=[Optional(), NumberRange(min=1, message=_("At least one response, or leave it empty."))],
        description=_("A little more than there are people in the room. Empty: as many as come."),
        render_kw={"inputmode": "numeric"},
    )

    def offer(self, sites: list[tuple[str, str]]) -> None:
        """Offer the sites of the study."""
        self.site.choices = [SelectChoice("", _("none")), *(SelectChoice(*site) for site in sites)]

    def values(self) -> dict[str, Any]:
        """Return what was typed, as `make_group` takes it."""
        day = self.expires_on.data
        return {
            "label": self.label.data,
            "site_id": _uuid(self.site.data),
            "expires_at": read_moment(day.isoformat(), end=True) if day else None,
            "max_responses": self.max_responses.data,
        }

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the field that it is about."""
        names = {
            "fieldwork.expires_in_the_past": "expires_on",
            "fieldwork.no_place": "max_responses",
            "fieldwork.site_not_found": "site",
        }
        field = self[names.get(error.code, "label")]
        field.errors = [*field.errors, word(error)]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def settings_values(settings: CollectionSettings) -> dict[str, Any]:
    """Return what the form shows."""
    return {
        "title": settings.title,
        "opens_on": settings.opens_at.astimezone(PARIS).date(),
        "closes_on": settings.closes_at.astimezone(PARIS).date() if settings.closes_at else None,
        "opening": "person" if settings.opens_by_person else "all",
        "shows_previous": settings.shows_previous,
    }


def _moment(day: Any, known: datetime | None, *, end: bool = False) -> datetime | None:
    if day is None:
        return None
    if known is not None and known.astimezone(PARIS).date() == day:
        return known
    return read_moment(day.isoformat(), end=end)
