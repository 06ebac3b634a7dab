"""What is typed about a quota: the questions that decide first, then the answers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DecimalField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.research.contexts.quotas import QuestionChoice, QuotaChoices
from app.wording import word
from core.errors import DomainError, Invalid
from surveys.fieldwork.quota_desk import MAX_LABEL, MAX_TARGET, QuotaDraft, Wanted, each_combination

EACH = "each"


class QuotaForm(FlaskForm):
    """One quota, or one for each combination."""

    label = StringField(
        _("Name of the quota"),
        filters=[lambda value: (value or "").strip()],
        validators=[Length(max=MAX_LABEL, message=_("200 characters at most."))],
        description=_("Empty with one quota for each combination: they are named by their answers."),
    )
    target = IntegerField(
        _("How many responses are wanted"),
        validators=[
            InputRequired(_("Type a whole number.")),
            NumberRange(min=1, max=MAX_TARGET, message=_("1 or more.")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    site = SelectField(_("Site"), validate_choice=False)
    population = SelectField(_("Population"), validate_choice=False)
    first_values = SelectMultipleField(validate_choice=False)
    first_least = DecimalField(_("At least"), validators=[Optional()])
    first_most = DecimalField(_("At most"), validators=[Optional()])
    second_values = SelectMultipleField(validate_choice=False)
    second_least = DecimalField(_("At least"), validators=[Optional()])
    second_most = DecimalField(_("At most"), validators=[Optional()])
    each = BooleanField(
        _("One quota for each combination of these answers"),
        description=_("Each gets the same number wanted."),
    )

    def offer(self, choices: QuotaChoices, chosen: Sequence[str]) -> "QuotaForm":
        """Offer the sites and populations of the study, and the answers of the questions chosen."""
        by_key = {question.key: question for question in choices.questions}
        self.questions = choices.questions
        self.chosen: list[QuestionChoice | None] = [by_key.get(key) for key in chosen]
        self.sites = choices.sites
        every = [SelectChoice(EACH, _("One quota for each site"))] if choices.sites else []
        self.site.choices = [SelectChoice("", _("any")), *every, *(SelectChoice(*each) for each in choices.sites)]
        self.population.choices = [SelectChoice("", _("any")), *(SelectChoice(*each) for each in choices.populations)]
        for name, question in zip(("first", "second"), self.chosen, strict=True):
            values = self[f"{name}_values"]
            values.label.text = question.label if question else ""
            values.choices = [SelectChoice(*answer) for answer in question.answers] if question else []
        return self

    def parts(self) -> list[tuple[QuestionChoice, Any, Any, Any]]:
        """Return the questions chosen with their fields: answers, least, most."""
        return [
            (question, self[f"{name}_values"], self[f"{name}_least"], self[f"{name}_most"])
            for name, question in zip(("first", "second"), self.chosen, strict=True)
            if question is not None
        ]

    def drafts(self) -> list[QuotaDraft]:
        """Return the quotas typed."""
        conditions = tuple(
            Wanted(
                item=question.key,
                values=tuple(value for value in values.data or () if value in dict(question.answers)),
                least=_number(least.data) if not question.answers else None,
                most=_number(most.data) if not question.answers else None,
            )
            for question, values, least, most in self.parts()
        )
        draft = QuotaDraft(
            label=self.label.data or "",
            target=self.target.data,
            site_id=_uuid(self.site.data),
            population_id=_uuid(self.population.data),
            conditions=conditions,
        )
        sites = [(UUID(id_), name) for id_, name in self.sites] if self.site.data == EACH else []
        if not sites and not self.each.data:
            return [draft]
        labels = {
            (question.key, name): label for question, *_fields in self.parts() for name, label in question.answers
        }
        if not self.each.data:
            return [
                QuotaDraft(
                    label=" · ".join(each for each in (draft.label, name) if each),
                    target=draft.target,
                    site_id=site_id,
                    population_id=draft.population_id,
                    conditions=conditions,
                )
                for site_id, name in sites
            ]
        return each_combination(draft, labels=labels, sites=sites)

    def show(self, error: DomainError) -> None:
        """Put what the domain refused at the field that it is about."""
        names = {"fieldwork.target_out_of_range": "target", "fieldwork.site_not_found": "site"}
        field = self[names.get(error.code, "label")]
        field.errors = [*field.errors, word(error)]


def read_target(text: str) -> int:
    """Read a whole number.

    Raises: Invalid("fieldwork.target_out_of_range"): it is none.
    """
    bare = text.strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 7):  # noqa: PLR2004  a million
        raise Invalid("fieldwork.target_out_of_range", limit=MAX_TARGET)
    return int(bare)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
