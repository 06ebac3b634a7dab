"""What people type on the screens of indicators, of the weave and of reports."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from evaluation.indicators import IndicatorMeasure
from evaluation.joint_display import Relation
from evaluation.models import BlockKind, Direction
from evaluation.queries.answers import SourceItem
from evaluation.queries.evidence import Evidence
from evaluation.queries.frame import StudyFrame
from evaluation.queries.indicators import IndicatorCard
from evaluation.references import slugify
from evaluation.services.indicators import IndicatorDraft

LINE = Length(max=300, message=_("300 characters at most."))
TEXT = Length(max=20000, message=_("20,000 characters at most."))


def _trim(value: str | None) -> str:
    return (value or "").strip()


class Needed:
    """Marks what a block must have before its report leaves, though it may be kept without."""

    field_flags: ClassVar[dict[str, Any]] = {"needed": True}

    def __call__(self, _form: Any, _field: Any) -> None:
        """Accept: what is missing is named on the page of the report."""


def options(*pairs: tuple[str, Any]) -> list[SelectChoice]:
    """Return the choices of a field from (value, label) pairs."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


MEASURES = options(
    (IndicatorMeasure.SHARE.value, _("Share of persons who give certain answers")),
    (IndicatorMeasure.MEAN.value, _("Mean of a number")),
    (IndicatorMeasure.CHANGE.value, _("Change of the same persons since an earlier wave")),
)


class IndicatorForm(FlaskForm):
    """One indicator, read from one item."""

    label = StringField(
        _("Name shown"), filters=[_trim], validators=[InputRequired(_("Give the indicator a name.")), LINE]
    )
    key = StringField(
        _("Short name"),
        filters=[_trim],
        validators=[LINE],
        description=_("For live numbers in reports, as in « emploi ». Left empty, it is made from the name."),
    )
    measure = RadioField(
        _("Measure"),
        validators=[Needed()],
        choices=MEASURES,
    )
    choices = SelectMultipleField(
        _("Answers counted"),
        validators=[Needed()],
        description=_("For a share. For a change, tick none to follow the mean."),
        choices=[],
    )
    unknown_choices = SelectMultipleField(
        _("Answers that mean « does not know »"),
        description=_("They leave the count, and are shown apart."),
        choices=[],
    )
    wave = SelectField(_("Wave shown first"), choices=[])
    baseline = SelectField(_("The change starts from"), choices=[])
    direction = RadioField(
        _("Direction"),
        choices=options(
            (Direction.HIGHER.value, _("Higher is better for the persons")),
            (Direction.LOWER.value, _("Lower is better for the persons")),
            (Direction.NEUTRAL.value, _("Neither")),
        ),
        default=Direction.HIGHER.value,
    )
    unit = StringField(_("Unit"), filters=[_trim], validators=[LINE], description=_("For a mean: h, /10, €."))
    definition = TextAreaField(
        _("Definition"), filters=[_trim], validators=[TEXT], description=_("What is counted, and what is not.")
    )

    def offer(self, item: SourceItem, frame: StudyFrame) -> None:
        """Fill the lists from the item and the study."""
        waves = [(str(wave.id), wave.name) for wave in frame.waves]
        self.choices.choices = options(*item.choices)
        self.unknown_choices.choices = options(*item.choices)
        self.wave.choices = options(("", _("The last one")), *waves)
        self.baseline.choices = options(("", "–"), *waves)
        if not item.is_numeric:
            # Words have no mean.
            self.measure.choices = [each for each in MEASURES if each.value != IndicatorMeasure.MEAN.value]
        if self.measure.data is None:
            self.measure.data = (
                IndicatorMeasure.SHARE if item.choices or not item.is_numeric else IndicatorMeasure.MEAN
            ).value

    def draft(self, questionnaire_id: UUID, item_name: str) -> IndicatorDraft:
        """Return what was typed."""
        return IndicatorDraft(
            questionnaire_id=questionnaire_id,
            item_name=item_name,
            key=self.key.data or slugify(self.label.data)[:60],
            label=self.label.data,
            measure=IndicatorMeasure(self.measure.data),
            definition=self.definition.data,
            unit=self.unit.data,
            choices=tuple(self.choices.data or ()),
            unknown_choices=tuple(self.unknown_choices.data or ()),
            direction=Direction(self.direction.data),
            wave_id=UUID(self.wave.data) if self.wave.data else None,
            baseline_wave_id=UUID(self.baseline.data) if self.baseline.data else None,
        )


def indicator_data(card: IndicatorCard, frame: StudyFrame) -> dict[str, Any]:
    """Return the form's data for an indicator that exists."""
    waves = {wave.name: str(wave.id) for wave in frame.waves}
    return {
        "label": card.label,
        "key": card.key,
        "measure": card.measure.value,
        "choices": list(card.choices),
        "unknown_choices": list(card.unknown_choices),
        "wave": waves.get(card.wave or "", ""),
        "baseline": waves.get(card.baseline or "", ""),
        "direction": card.direction.value,
        "unit": card.unit,
        "definition": card.definition,
    }


class JudgementForm(FlaskForm):
    """How a theme relates to an indicator, as a person reads it."""

    relation = RadioField(
        _("How do the two strands relate?"),
        choices=options(
            (Relation.CONFIRMATION.value, _("Confirmation: both say the same")),
            (Relation.EXPANSION.value, _("Expansion: one explains or completes the other")),
            (Relation.DISCORDANCE.value, _("Discordance: they contradict each other")),
            (Relation.SILENCE.value, _("Silence: one of them says nothing")),
            ("", _("Not judged")),
        ),
    )
    sentence = TextAreaField(
        _("In one sentence"), filters=[_trim], validators=[Length(max=1000, message=_("1,000 characters at most."))]
    )


class ReportForm(FlaskForm):
    """The head of a report."""

    title = StringField(_("Title"), filters=[_trim], validators=[InputRequired(_("Type a title.")), LINE])
    subtitle = StringField(_("Subtitle"), filters=[_trim], validators=[LINE])
    authors = StringField(_("Authors"), filters=[_trim], validators=[LINE])
    locale = SelectField(_("Language"), choices=options(("fr", "Français"), ("en", "English")))


class NewReportForm(ReportForm):
    """The head of a new report, and what to start from."""

    outline = RadioField(
        _("Start from"),
        choices=options(
            ("full", _("A full report: figures, table, weave and quotations of this study, to be written up")),
            ("short", _("One page: key points, one figure, one table")),
            ("blank", _("An empty report")),
        ),
        default="full",
    )


class BlockForm(FlaskForm):
    """One block; each kind keeps the fields it needs."""

    title = StringField(_("Title"), filters=[_trim], validators=[LINE])
    body = TextAreaField(
        _("Text"),
        filters=[_trim],
        validators=[TEXT],
        render_kw={"rows": 14},
    )
    points = TextAreaField(_("Key points"), filters=[_trim], validators=[TEXT], description=_("One a line."))
    chart = RadioField(
        _("Figure"),
        choices=options(
            ("shares", _("Bars: shares by group at one wave")),
            ("waves", _("Points: one indicator over the waves")),
            ("distribution", _("Stacked bars: all answers to the item")),
            ("flow", _("Participation: drawn, invited, enrolled, observed")),
        ),
        default="shares",
    )
    themes = SelectMultipleField(_("Themes"), choices=[])
    indicators = SelectMultipleField(_("Indicators"), choices=[])
    indicator = SelectField(_("Indicator"), choices=[])
    wave = SelectField(_("Wave"), choices=[])
    by = SelectField(_("Groups compared"), choices=options(("arm", _("Arms")), ("site", _("Sites"))))
    theme = SelectField(_("Theme"), choices=[])
    count = IntegerField(
        _("How many quotations"),
        default=3,
        validators=[NumberRange(min=1, max=12, message=_("Between 1 and 12."))],
        description=_("Without a choice below: one a person, the longest first."),
    )
    segments = SelectMultipleField(_("Quotations chosen"), choices=[])
    intro = TextAreaField(_("Introduction"), filters=[_trim], validators=[TEXT])
    reading = TextAreaField(
        _("Reading"),
        filters=[_trim],
        validators=[Needed(), TEXT],
        description=_("How to read one of the numbers, in a sentence."),
    )
    field = TextAreaField(_("Field"), filters=[_trim], validators=[Needed(), TEXT], description=_("Who is counted."))
    source = TextAreaField(
        _("Source"), filters=[_trim], validators=[Needed(), TEXT], description=_("Where the data come from.")
    )
    alternative = TextAreaField(
        _("Text alternative"),
        filters=[_trim],
        validators=[TEXT],
        description=_("Left empty, it is written from the data."),
    )

    def keep(self, kind: BlockKind, evidence: Evidence, segments: Sequence[tuple[str, str]]) -> None:
        """Keep the fields of this kind, and fill their lists."""
        for name in set(self.data) - {"csrf_token"} - set(FIELDS[kind]):
            delattr(self, name)
        indicators = [(str(card.id), card.label) for card in evidence.cards]
        themes = [(str(theme.id), theme.name) for theme in evidence.themes]
        waves = [
            ("", _("The one each indicator shows first")),
            *((wave.name, wave.name) for wave in evidence.frame.waves),
        ]
        for name, choices in (
            ("indicators", indicators),
            ("indicator", indicators),
            ("themes", themes),
            ("theme", [("", "–"), *themes]),
            ("wave", waves),
            ("segments", list(segments)),
        ):
            if name in self:
                self[name].choices = options(*choices)

    def content(self) -> dict[str, Any]:
        """Return what was typed, as it is kept."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}


_NOTES = ("reading", "field", "source")
FIELDS: dict[BlockKind, tuple[str, ...]] = {
    BlockKind.TEXT: ("title", "body"),
    BlockKind.KEY_POINTS: ("points",),
    BlockKind.FIGURE: ("title", "chart", "indicators", "wave", *_NOTES, "alternative"),
    BlockKind.TABLE: ("title", "indicators", "wave", "by", *_NOTES),
    BlockKind.WEAVING: ("title", "themes", "indicators", *_NOTES),
    BlockKind.QUOTES: ("title", "intro", "theme", "count", "segments"),
    BlockKind.SELECTION_BIAS: ("title", "indicator", "wave", *_NOTES),
}
