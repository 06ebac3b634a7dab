"""What is typed about one person: the facts of the study, and apart, who they are."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.research.contexts.words import FLOW_STATES
from app.research.forms import NAME_LENGTH
from app.wording import word
from core.errors import DomainError, Invalid
from studies.listing import typed
from studies.models import FlowState
from studies.queries import PersonLine, StudyValue
from studies.services import PersonDraft


def _trim(value: str | None) -> str:
    return (value or "").strip()


class PersonForm(FlaskForm):
    """One person under pseudonym."""

    pseudonym = StringField(
        _("Pseudonym"),
        filters=[_trim],
        description=_("A code, never a name; different for each person."),
        validators=[InputRequired(_("Type a pseudonym: a code, never a name.")), NAME_LENGTH],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    population = SelectField(_("Population"), validators=[InputRequired(_("Choose a population."))])
    site = SelectField(_("Site"))
    arm = SelectField(_("Arm"))
    stratum = StringField(
        _("Stratum"), filters=[_trim], description=_("The cell of the draw."), validators=[NAME_LENGTH]
    )
    state = SelectField(_("State"), choices=[SelectChoice(state.value, name) for state, name in FLOW_STATES.items()])
    took_up = BooleanField(_("Took up: entered the programme"))
    drawn_on = DateField(
        _("Day of the draw"), description=_("Waves may be counted from this day."), validators=[Optional()]
    )
    entered_on = DateField(
        _("Day of entry into the programme"),
        description=_("Waves may be counted from this day."),
        validators=[Optional()],
    )
    attributes = TextAreaField(
        _("Attributes"),
        description=_("One a line, name: value, as in « age: 34 ». No name, address or telephone number here."),
        filters=[_trim],
        validators=[Length(max=20_000, message=_("20,000 characters at most."))],
    )

    def offer(self, study: StudyValue) -> "PersonForm":
        """Offer the populations, sites and arms of the study."""
        self.population.choices = [SelectChoice(str(row.id), row.name) for row in study.populations]
        self.site.choices = [SelectChoice("", _("none")), *(SelectChoice(str(row.id), row.name) for row in study.sites)]
        self.arm.choices = [SelectChoice("", _("none")), *(SelectChoice(str(row.id), row.name) for row in study.arms)]
        return self

    def draft(self, known: Iterable[str] = ()) -> PersonDraft:
        """Return what was typed; `known` are the names of attributes that the person already has.

        Raises: Invalid: a line of the attributes has no name or no value.
        """
        return PersonDraft(
            pseudonym=self.pseudonym.data,
            population_id=UUID(self.population.data),
            site_id=UUID(self.site.data) if self.site.data else None,
            arm_id=UUID(self.arm.data) if self.arm.data else None,
            stratum=self.stratum.data,
            state=FlowState(self.state.data),
            took_up=self.took_up.data,
            attributes=attributes_of(self.attributes.data or "", known),
            drawn_on=self.drawn_on.data,
            entered_on=self.entered_on.data,
        )

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the field that it is about."""
        names = {"studies.attribute_line": "attributes", "studies.place_unknown": "population"}
        field = self[names.get(error.code, "pseudonym")]
        field.errors = [*field.errors, word(error)]


def attributes_of(text: str, known: Iterable[str] = ()) -> dict[str, Any]:
    """Return the attributes of lines « name: value »; a known name may hold a colon of its own.

    Raises: Invalid: a line has no name or no value, or a name comes twice.
    """
    found: dict[str, Any] = {}
    longest_first = sorted(known, key=len, reverse=True)
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if not bare:
            continue
        name, _colon, rest = bare.partition(":")
        for each in longest_first:
            after = bare.removeprefix(each).lstrip()
            if bare.startswith(each) and after.startswith(":"):
                name, rest = each, after[1:]
                break
        if not name.strip() or not rest.strip() or name.strip() in found:
            raise Invalid("studies.attribute_line", line=number)
        found[name.strip()] = typed(rest.strip())
    return found


def person_values(person: PersonLine, study: StudyValue) -> dict[str, object]:
    """Return what the form shows of a person."""
    ids = {row.name: str(row.id) for row in study.sites}
    arms = {row.name: str(row.id) for row in study.arms}
    return {
        "pseudonym": person.pseudonym,
        "population": next(str(row.id) for row in study.populations if row.name == person.population),
        "site": ids.get(person.site, ""),
        "arm": arms.get(person.arm, ""),
        "stratum": person.stratum,
        "state": person.state.value,
        "took_up": person.took_up,
        "drawn_on": person.drawn_on,
        "entered_on": person.entered_on,
        "attributes": "\n".join(f"{name}: {value}" for name, value in person.attributes.items()),
    }


class IdentityForm(FlaskForm):
    """Who stands behind a pseudonym; sealed before it is kept."""

    name = StringField(
        _("First and last name"),
        filters=[_trim],
        validators=[InputRequired(_("Type a name.")), NAME_LENGTH],
        render_kw={"autocomplete": "off"},
    )
    given_name = StringField(
        _("Given name"),
        filters=[_trim],
        validators=[NAME_LENGTH],
        description=_("Messages say hello by it. Empty: found in the whole name."),
        render_kw={"autocomplete": "off"},
    )
    phone = TelField(_("Telephone"), filters=[_trim], validators=[NAME_LENGTH], render_kw={"autocomplete": "off"})
    email = EmailField(
        _("E-mail address"), filters=[_trim], validators=[NAME_LENGTH], render_kw={"autocomplete": "off"}
    )
    address = TextAreaField(
        _("Postal address"),
        filters=[_trim],
        validators=[Length(max=400, message=_("400 characters at most."))],
        description=_("As on an envelope, without the name."),
        render_kw={"autocomplete": "off", "rows": 4},
    )
