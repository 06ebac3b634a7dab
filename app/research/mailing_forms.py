"""What is typed about writing to people: who signs, when, in which words."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.mailing.reasons import CHANNELS, KINDS, OUTCOMES, SIGNS
from app.wording import word
from core.errors import DomainError
from surveys.fieldwork.mailing import MAX_MESSAGES, Setup, Step, StepDraft, Words
from surveys.fieldwork.mailing_models import CallOutcome, Channel, StepAnchor, StepKind
from surveys.fieldwork.templates import MAX_BODY, MAX_SUBJECT

_LINE = Length(max=200, message=_("200 characters at most."))
_WHOLE = InputRequired(_("Type a whole number."))
ANCHORS = {
    StepAnchor.OPENING: _("the opening"),
    StepAnchor.DUE: _("the day aimed at"),
    StepAnchor.END: _("the last day"),
}


def _trim(value: str | None) -> str:
    return (value or "").strip()


class SetupForm(FlaskForm):
    """Who writes."""

    organisation = StringField(
        _("Organisation"),
        filters=[_trim],
        validators=[_LINE],
        description=_("Whoever receives a message must know who writes. For example: Cité des métiers, Nancy."),
    )
    contact = StringField(
        _("Whom to call or write to"),
        filters=[_trim],
        validators=[_LINE],
        description=_("A name and a number. Without it, messages do not say « A question? »."),
    )
    sender_name = StringField(_("Name of the sender of e-mails"), filters=[_trim], validators=[_LINE])
    reply_to = EmailField(_("Address for answers to e-mails"), filters=[_trim], validators=[_LINE])
    sender_address = TextAreaField(
        _("Postal address on letters"),
        filters=[_trim],
        validators=[Length(max=400, message=_("400 characters at most."))],
        render_kw={"rows": 4},
    )
    stop_word = StringField(
        _("Word that stops text messages"),
        filters=[_trim],
        validators=[Length(max=20, message=_("20 characters at most."))],
        description=_("Who answers with it gets no more: note it on the page of the person."),
    )
    max_messages = IntegerField(
        _("Messages to one person at most"),
        validators=[_WHOLE, NumberRange(min=1, max=MAX_MESSAGES, message=_("Between 1 and 20."))],
        render_kw={"inputmode": "numeric"},
    )
    alsace_moselle = BooleanField(
        _("Public holidays of Alsace and Moselle"),
        description=_("No text message leaves on Good Friday and 26 December either."),
    )
    is_paused = BooleanField(_("Pause: nothing leaves"), description=_("What waits stays in the queue."))

    def setup(self) -> Setup:
        """Return what was typed."""
        return Setup(**{name: self[name].data for name in Setup.__dataclass_fields__})

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the field that it is about."""
        field = self.reply_to if error.code == "fieldwork.bad_address" else self.max_messages
        field.errors = [*field.errors, word(error)]


class StepForm(FlaskForm):
    """One message of the plan."""

    kind = SelectField(
        _("What it is"), coerce=StepKind, choices=[SelectChoice(kind.value, name) for kind, name in KINDS.items()]
    )
    channel = SelectField(
        _("By"), coerce=Channel, choices=[SelectChoice(channel.value, name) for channel, name in CHANNELS.items()]
    )
    days = IntegerField(
        _("Days"),
        validators=[_WHOLE, NumberRange(min=0, max=366, message=_("Between 0 and 366 days."))],
        render_kw={"inputmode": "numeric"},
        default=0,
    )
    side = SelectField(
        _("Before or after"), choices=[SelectChoice("after", _("after")), SelectChoice("before", _("before"))]
    )
    anchor = SelectField(
        _("Which day"),
        coerce=StepAnchor,
        choices=[SelectChoice(anchor.value, name) for anchor, name in ANCHORS.items()],
    )
    hour = IntegerField(
        _("From which hour"),
        validators=[_WHOLE, NumberRange(min=0, max=23, message=_("Between 0 and 23."))],
        render_kw={"inputmode": "numeric"},
        default=10,
    )
    is_automatic = BooleanField(
        _("Leaves by itself"),
        description=_("E-mails and text messages only. Otherwise somebody of the team sends it."),
    )

    def draft(self) -> StepDraft:
        """Return what was typed."""
        return StepDraft(
            kind=self.kind.data,
            channel=self.channel.data,
            anchor=self.anchor.data,
            offset_days=self.days.data * (-1 if self.side.data == "before" else 1),
            hour=self.hour.data,
            is_automatic=self.is_automatic.data,
        )

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the field that it is about."""
        names = {"fieldwork.not_automatic": "is_automatic", "fieldwork.step_in_use": "channel"}
        field = self[names.get(error.code, "days")]
        field.errors = [*field.errors, word(error)]


def step_values(step: Step) -> dict[str, Any]:
    """Return what the form shows of a step."""
    return {
        "kind": step.kind,
        "channel": step.channel,
        "days": abs(step.offset_days),
        "side": "before" if step.offset_days < 0 else "after",
        "anchor": step.anchor,
        "hour": step.hour,
        "is_automatic": step.is_automatic,
    }


class WordsForm(FlaskForm):
    """The words of a message in one language."""

    subject = StringField(
        _("Subject"),
        filters=[_trim],
        validators=[Length(max=MAX_SUBJECT, message=_("200 characters at most."))],
    )
    body = TextAreaField(
        _("Message"),
        filters=[_trim],
        validators=[Length(max=MAX_BODY, message=_("4,000 characters at most."))],
        render_kw={"rows": 14},
    )

    def words(self) -> Words:
        """Return what was typed."""
        return Words(subject=self.subject.data or "", body=self.body.data or "")

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the message."""
        self.body.errors = [*self.body.errors, word(error)]


class CallForm(FlaskForm):
    """What came of a call."""

    pseudonym = StringField(
        _("Pseudonym"),
        filters=[_trim],
        validators=[InputRequired(_("Type the pseudonym of the person.")), _LINE],
        description=_("It stands under the name on the list of calls."),
    )
    outcome = SelectField(
        _("What came of it"),
        coerce=CallOutcome,
        validators=[InputRequired(_("Choose an answer."))],
        description=_("Type the digit. After a refusal, nobody calls or writes any more for this collection."),
    )
    call_back_on = DateField(_("Call back on"), validators=[Optional()])
    call_back_at = TimeField(
        _("Hour of the call"), validators=[Optional()], description=_("An hour, if one was agreed on.")
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # Typing the digit in the list chooses, as on paper.
        self.outcome.choices = [
            SelectChoice(outcome.value, f"{SIGNS[outcome]} · {name}") for outcome, name in OUTCOMES.items()
        ]

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the field that it is about."""
        field = self.call_back_on if error.code == "fieldwork.call_back_past" else self.pseudonym
        field.errors = [*field.errors, word(error)]
