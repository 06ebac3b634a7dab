"""Agreement in words and numbers: what was asked, and a table whose every value has its n and its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import format_decimal, gettext, lazy_gettext, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.jobs.contexts import JobContext, job_context
from app.jobs.labels import STATES
from app.jobs.models import Job, JobState
from app.research.contexts.corpus import optional_uuid
from coding.agreement.kinds import Coefficient, UnitKind
from coding.queries.agreement import AgreementRow, Coder
from coding.services.agreement import DEFAULT_SEED
from core.errors import Invalid

UNITS: dict[UnitKind, Any] = {
    UnitKind.TURN: lazy_gettext("speaking turns"),
    UnitKind.SENTENCE: lazy_gettext("sentences"),
    UnitKind.SEGMENT: lazy_gettext("segments that coders chose"),
    UnitKind.CHARACTER: lazy_gettext("characters"),
    UnitKind.CONTINUUM: lazy_gettext("the spans themselves, nothing cut"),
}
COEFFICIENTS: dict[Coefficient, Any] = {
    Coefficient.PERCENT: lazy_gettext("Percent"),
    Coefficient.COHEN: lazy_gettext("Cohen’s κ"),
    Coefficient.BRENNAN_PREDIGER: lazy_gettext("Brennan-Prediger κ"),
    Coefficient.GWET: lazy_gettext("Gwet’s AC1"),
    Coefficient.FLEISS: lazy_gettext("Fleiss’ κ"),
    Coefficient.ALPHA: lazy_gettext("Krippendorff’s α"),
    Coefficient.ALPHA_MASI: lazy_gettext("α of sets (MASI)"),
    Coefficient.ALPHA_JACCARD: lazy_gettext("α of sets (Jaccard)"),
    Coefficient.ALPHA_U: lazy_gettext("α_U"),
    Coefficient.U_ALPHA: lazy_gettext("u-α"),
    Coefficient.BINARY_U_ALPHA: lazy_gettext("|u-α"),
    Coefficient.CU_ALPHA: lazy_gettext("cu-α"),
    Coefficient.CODE_U_ALPHA: lazy_gettext("(k)u-α"),
}
_LARGEST_SEED = 2**31
_LEAST_DOCUMENTS = 2


@dataclass(frozen=True, slots=True)
class MeasureForm:
    """What was asked; no code means all that the coders used, no transcript all of them."""

    unit: UnitKind
    coder_ids: tuple[UUID, ...]
    code_ids: tuple[UUID, ...]
    transcript_ids: tuple[UUID, ...]
    only_coded: bool
    with_codes_below: bool
    seed: int


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One measure in the list."""

    id: UUID
    asked_at: datetime
    unit: str
    coders: str
    codes: int
    state: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its interval, in words of the page's language; `value` is « – » where it is not defined."""

    value: str
    interval: str


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A code (all together: None) with its counts and a cell for each column."""

    code_id: UUID | None
    name: str
    units: int
    marked: tuple[int, ...]
    agreed: int
    disputed: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """One measure; `job` while it is not finished; `facts` are (label, value) for whoever wants to replay it."""

    run: AgreementRow
    job: JobContext | None
    coders: tuple[str, ...]
    coder_keys: tuple[str, ...]
    heads: tuple[Mapping[str, Any], ...]
    rows: tuple[MeasureRow, ...]
    set_heads: tuple[Mapping[str, Any], ...]
    together: MeasureRow | None
    together_caption: str
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


def read_measure_form(form: MultiDict[str, str]) -> MeasureForm:
    """Read the form.  Raises: Invalid: `coding.agreement_unit`, `coding.agreement_seed`, `coding.act_unreadable`."""
    try:
        unit = UnitKind(form.get("unit", ""))
    except ValueError:
        raise Invalid("coding.agreement_unit") from None
    seed = form.get("seed", "").strip()
    if seed and not (seed.isascii() and seed.isdigit() and int(seed) < _LARGEST_SEED):
        raise Invalid("coding.agreement_seed", typed=seed[:40])
    return MeasureForm(
        unit=unit,
        coder_ids=_ids(form.getlist("coder")),
        code_ids=_ids(form.getlist("code")),
        transcript_ids=_ids(form.getlist("transcript")),
        only_coded="only_coded" in form,
        with_codes_below="with_codes_below" in form,
        seed=int(seed) if seed else DEFAULT_SEED,
    )


def _ids(sent: Sequence[str]) -> tuple[UUID, ...]:
    found = (optional_uuid(each) for each in sent)
    return tuple(each for each in found if each is not None)


def measure_lines(runs: Sequence[AgreementRow], states: Mapping[UUID, JobState]) -> tuple[MeasureLine, ...]:
    """Return the measures in words."""
    return tuple(
        MeasureLine(
            run.run_id,
            run.created_at,
            str(UNITS[UnitKind(run.parameters["unit"])]),
            ", ".join(name for _id, name in run.parameters["coders"]),
            len(run.parameters["codes"]),
            str(gettext("Done"))
            if run.finished_at
            else str(STATES[states.get(run.job_id, JobState.QUEUED) if run.job_id else JobState.QUEUED]),
        )
        for run in runs
    )


def build_measure_page(session: Session, run: AgreementRow, *, study_key: str) -> MeasurePage:
    """Compute the page of one measure."""
    job = session.get(Job, run.job_id) if run.job_id and run.finished_at is None else None
    result = run.result
    rows = result.get("rows", [])
    columns = _columns([row["estimates"] for row in rows])
    together = result.get("together")
    set_columns = _columns([together["estimates"]] if together else [])
    names = [name for _id, name in run.parameters["codes"]]
    coders = tuple(name for _id, name in run.parameters["coders"])
    unit = UnitKind(run.parameters["unit"])
    return MeasurePage(
        run=run,
        job=job_context(job, study_key=study_key) if job else None,
        coders=coders,
        coder_keys=tuple(UUID(coder_id).hex for coder_id, _name in run.parameters["coders"]),
        heads=_heads(unit, coders, columns),
        rows=tuple(
            _row(row, columns, names[row["code"]], UUID(run.parameters["codes"][row["code"]][0])) for row in rows
        ),
        set_heads=_heads(unit, coders, set_columns),
        together=_row(together, set_columns, str(_("All codes together")), None) if together else None,
        together_caption=str(
            _("Agreement on what is coded at all, and on codes together")
            if unit is UnitKind.CONTINUUM
            else _("Agreement on all codes together: the set of codes of each unit")
        ),
        notes=_notes(run),
        facts=_facts(run),
    )


def _heads(unit: UnitKind, coders: Sequence[str], columns: Sequence[Coefficient]) -> tuple[Mapping[str, Any], ...]:
    """Return the heads of the columns after the first: n, coefficients, then counts."""
    n = _("Characters") if unit in {UnitKind.CHARACTER, UnitKind.CONTINUUM} else _("Units")
    labels = (n, *(COEFFICIENTS[each] for each in columns), *coders, _("All coders"), _("Some only"))
    return tuple({"label": str(label), "number": True} for label in labels)


def _columns(estimates: Sequence[Mapping[str, Any]]) -> tuple[Coefficient, ...]:
    return tuple(each for each in Coefficient if any(each.value in held for held in estimates))


def _row(row: Mapping[str, Any], columns: Sequence[Coefficient], name: str, code_id: UUID | None) -> MeasureRow:
    return MeasureRow(
        code_id, name, row["units"], tuple(row["marked"]), row["agreed"], row["disputed"],
        tuple(_cell(row["estimates"].get(each.value)) for each in columns),
    )  # fmt: skip


def _cell(estimate: Mapping[str, Any] | None) -> Cell:
    if estimate is None or estimate["value"] is None:
        return Cell("–", "")
    if estimate["low"] is None:
        return Cell(_number(estimate["value"]), str(_("no interval")))
    return Cell(_number(estimate["value"]), f"[{_number(estimate['low'])} ; {_number(estimate['high'])}]")


def _number(value: float) -> str:
    # + 0.0: nothing is « -0,00 ».
    return str(format_decimal(round(value, 2) + 0.0, format="0.00"))


def _notes(run: AgreementRow) -> tuple[str, ...]:
    """Return what must be known to read the table."""
    if not run.finished_at:
        return ()
    documents = run.result["documents"]
    notes = [
        ngettext(
            "%(num)s transcript was read by two of these coders at least.",
            "%(num)s transcripts were read by two of these coders at least.",
            documents,
        )
    ]
    if documents < _LEAST_DOCUMENTS:
        notes.append(_("An interval needs two transcripts at least: what one person says is no sample."))
    if run.result["overlapping"]:
        notes.append(
            _("Codes of one coder overlap: u-α, cu-α and (k)u-α, which need one code at a time, are not defined here.")
        )
    return tuple(map(str, notes))


def _facts(run: AgreementRow) -> tuple[tuple[str, str], ...]:
    chosen = run.parameters
    return (
        (_("Unit"), str(UNITS[UnitKind(chosen["unit"])])),
        (_("Coders"), ", ".join(name for _id, name in chosen["coders"])),
        (
            _("Text compared"),
            str(_("only what one of them coded at least") if chosen["only_coded"] else _("the whole text")),
        ),
        (
            _("Codes below"),
            str(_("counted with the code above") if chosen["with_codes_below"] else _("compared apart")),
        ),
        (_("Interval"), str(_("95 %%, %(draws)s corpora drawn again by transcript", draws=chosen["draws"]))),
        (_("Seed"), str(chosen["seed"])),
    )


def coder_boxes(coders: Sequence[Coder]) -> tuple[tuple[UUID, str], ...]:
    """Return the coders to choose from; a blind one is said to be so."""
    return tuple(
        (coder.account_id, str(_("%(name)s (blind)", name=coder.name)) if coder.is_blind else coder.name)
        for coder in coders
    )
