"""What people type on the screens of the study itself."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.research.contexts.words import ROLE_HELP, ROLES
from app.wording import word
from core.errors import DomainError, Invalid
from studies.models import PopulationKind, Role
from studies.queries import StudyValue
from studies.services import StudyDesign, WaveDraft, suggest_key

NAME_LENGTH = Length(max=200, message=_("200 characters at most."))


def _trim(value: str | None) -> str:
    return (value or "").strip()


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines that hold something, trimmed."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class DesignForm(FlaskForm):
    """The design of a study, as a person writes it down."""

    title = StringField(
        _("Title of the study"), filters=[_trim], validators=[InputRequired(_("Type a title.")), NAME_LENGTH]
    )
    programme = StringField(
        _("Programme evaluated"), filters=[_trim], validators=[NAME_LENGTH], description=_("For example: Reliance.")
    )
    description = TextAreaField(
        _("In a few lines"), filters=[_trim], validators=[Length(max=5000, message=_("5,000 characters at most."))]
    )
    beneficiaries = StringField(_("Beneficiaries"), filters=[_trim], validators=[NAME_LENGTH])
    professionals = StringField(_("Professionals"), filters=[_trim], validators=[NAME_LENGTH])
    sites = TextAreaField(_("Sites"), description=_("One a line: agency, association or territory."))
    programme_arm = StringField(_("Programme group"), filters=[_trim], validators=[NAME_LENGTH])
    control_arm = StringField(
        _("Control group"),
        filters=[_trim],
        validators=[NAME_LENGTH],
        description=_("Leave both groups empty when nothing is compared."),
    )
    waves = TextAreaField(_("Waves"), description=_("One a line: name, then months after the start, as in « T1, 12 »."))
    disclosure_threshold = IntegerField(
        _("Smallest count shown"),
        validators=[
            InputRequired(_("Type a whole number.")),
            NumberRange(min=1, max=100, message=_("Between 1 and 100.")),
        ],
        description=_(
            "A result that rests on fewer people is hidden, so that nobody can be recognised. 5 is usual; 11 for tax "
            "data."
        ),
        render_kw={"inputmode": "numeric"},
    )

    def design(self) -> StudyDesign:
        """Return what was typed.

        Raises: Invalid: a line of the waves has no whole number of months.
        """
        return StudyDesign(
            title=self.title.data,
            programme=self.programme.data,
            description=self.description.data,
            disclosure_threshold=self.disclosure_threshold.data,
            beneficiaries=self.beneficiaries.data,
            professionals=self.professionals.data,
            sites=lines_of(self.sites.data or ""),
            programme_arm=self.programme_arm.data,
            control_arm=self.control_arm.data,
            waves=_waves(self.waves.data or ""),
        )

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the field that it is about."""
        field = self[FIELDS[error.code]] if FIELDS.get(error.code) in self else self.title
        field.errors = [*field.errors, word(error)]


FIELDS = {
    "studies.key_malformed": "key",
    "studies.key_taken": "key",
    "studies.threshold": "disclosure_threshold",
    "studies.wave_line": "waves",
    "studies.name_twice": "sites",
}


class NewStudyForm(DesignForm):
    """A design and the short name that addresses and commands use."""

    key = StringField(
        _("Short name"),
        filters=[_trim],
        validators=[Length(max=60, message=_("60 characters at most."))],
        description=_(
            "Used in addresses and commands; it does not change afterwards. Left empty, it is made from the title."
        ),
    )

    def chosen_key(self) -> str:
        """Return the short name typed, or one made from the title."""
        return self.key.data or suggest_key(self.title.data)


def _waves(text: str) -> tuple[WaveDraft, ...]:
    drafts = []
    for number, line in enumerate(lines_of(text), start=1):
        name, _comma, months = line.replace(";", ",").rpartition(",")
        bare = months.strip()
        if not name.strip() or not (bare.isascii() and bare.isdigit() and len(bare) <= 3):  # noqa: PLR2004  80 years
            raise Invalid("studies.wave_line", line=number)
        drafts.append(WaveDraft(name=name.strip(), months_after_start=int(bare)))
    return tuple(drafts)


def design_values(study: StudyValue) -> dict[str, object]:
    """Return what the form shows of a study."""
    populations = {population.kind: population.name for population in study.populations}
    arms = {arm.is_control: arm.name for arm in study.arms}
    return {
        "title": study.title,
        "programme": study.programme,
        "description": study.description,
        "disclosure_threshold": study.disclosure_threshold,
        "beneficiaries": populations.get(PopulationKind.BENEFICIARY, ""),
        "professionals": populations.get(PopulationKind.PROFESSIONAL, ""),
        "sites": "\n".join(site.name for site in study.sites),
        "programme_arm": arms.get(False, ""),
        "control_arm": arms.get(True, ""),
        "waves": "\n".join(f"{wave.name}, {wave.months_after_start}" for wave in study.waves),
    }


def preset_values() -> dict[str, object]:
    """Return what a new study starts from: two populations, two arms, three waves."""
    return {
        "disclosure_threshold": 5,
        "beneficiaries": str(_("Beneficiaries")),
        "professionals": str(_("Professionals")),
        "programme_arm": str(_("programme group")),
        "control_arm": str(_("control group")),
        "waves": "T0, 0\nT1, 12\nT2, 24",
    }


class MemberForm(FlaskForm):
    """A colleague and their role."""

    email = EmailField(
        _("E-mail address of the colleague"),
        filters=[_trim],
        validators=[InputRequired(_("Type an e-mail address.")), Length(max=200, message=_("200 characters at most."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    role = RadioField(
        _("Role"),
        coerce=Role,
        choices=[
            SelectChoice(role.value, _("%(role)s: %(help)s", role=ROLES[role], help=ROLE_HELP[role])) for role in Role
        ],
        default=Role.CODER,
        validators=[InputRequired(_("Choose a role."))],
    )
    is_blind = BooleanField(
        _("Blind coder"), description=_("Sees nobody else's codings, so that agreement can be measured.")
    )


class ListForm(FlaskForm):
    """A list of people: a file, or rows pasted from a spreadsheet."""

    file = FileField(_("File"), description=_("XLSX (first sheet) or CSV."), validators=[Optional()])
    pasted = TextAreaField(_("Or rows pasted from a spreadsheet"), description=_("With the headings in the first row."))
    updates = BooleanField(
        _("Bring people already known up to date"),
        description=_(
            "Cells that say something replace what is known; empty cells change nothing. A withdrawal stays: a consent "
            "taken back is given again on the page of the person."
        ),
    )


class ContactsForm(FlaskForm):
    """A list of names and contacts: a file, or rows pasted from a spreadsheet."""

    file = FileField(_("File"), description=_("XLSX (first sheet) or CSV."), validators=[Optional()])
    pasted = TextAreaField(_("Or rows pasted from a spreadsheet"), description=_("With the headings in the first row."))
