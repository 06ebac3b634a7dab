"""Make a study and change its design."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import re2
from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit import record
from core.errors import Conflict, Invalid
from studies.models import Arm, Membership, Participant, Population, PopulationKind, Role, Site, Study, Wave

Named = TypeVar("Named", Site, Wave)

KEY = re2.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KEY_LENGTH = 60
# These would read as screens of their own under /studies/.
RESERVED_KEYS = frozenset({"new"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveDraft:
    """A wave as typed: its name and its place on the time line in months."""

    name: str
    months_after_start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyDesign:
    """What a study is made of; names are unique within their list, the first arm named as control is the control.

    `disclosure_threshold`: smallest count shown, >= 1.
    """

    title: str
    programme: str = ""
    description: str = ""
    disclosure_threshold: int = 5
    beneficiaries: str = ""
    professionals: str = ""
    sites: tuple[str, ...] = ()
    programme_arm: str = ""
    control_arm: str = ""
    waves: tuple[WaveDraft, ...] = ()


def suggest_key(title: str) -> str:
    """Return a key made of a title: plain small letters, digits and dashes, never empty."""
    bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "".join(sign if sign.isalnum() else " " for sign in bare).split()
    key = "-".join(words)[:KEY_LENGTH].strip("-")
    return key if key and key not in RESERVED_KEYS else f"study-{key}".strip("-")


def create_study(session: Session, *, key: str, design: StudyDesign, by: UUID | None, locale: str = "fr") -> Study:
    """Make a study; whoever makes it leads it (a command with nobody to lead it: None).

    Raises: Invalid: the key is taken or malformed, a name comes twice, or the threshold is below 1.
    """
    key = key.strip()
    if not KEY.fullmatch(key) or len(key) > KEY_LENGTH or key in RESERVED_KEYS:
        raise Invalid("studies.key_malformed", key=key, suggestion=suggest_key(key))
    if session.scalar(select(exists().where(Study.key == key))):
        raise Invalid("studies.key_taken", key=key)
    _check(design)
    study = Study(key=key, locale=locale, **_columns(design))
    session.add(study)
    try:
        session.flush()
    except IntegrityError as error:  # somebody took the key since it was looked up
        raise Invalid("studies.key_taken", key=key) from error
    if by is not None:
        session.add(Membership(study_id=study.id, account_id=by, role=Role.LEAD))
    _write_populations(session, study.id, design)
    _write_arms(session, study.id, design)
    _write_sites(session, study.id, design.sites)
    _write_waves(session, study.id, design.waves)
    session.flush()
    record(
        session,
        verb="create",
        object_kind="study",
        object_id=study.id,
        study_id=study.id,
        account_id=by,
        after=_summary(key, design),
    )
    return study


def edit_study(session: Session, study_id: UUID, *, design: StudyDesign, by: UUID) -> None:
    """Change the design; what participants or collections rest on cannot be taken away.

    Lists are matched by position: a line changed in place is a renaming.
    Raises: Invalid: a name comes twice or the threshold is below 1.  Conflict: a site, arm or wave in use is removed.
    """
    _check(design)
    study = session.get_one(Study, study_id)
    before = {"title": study.title, "disclosure_threshold": study.disclosure_threshold}
    for column, value in _columns(design).items():
        setattr(study, column, value)
    _write_populations(session, study_id, design)
    _write_arms(session, study_id, design)
    _write_sites(session, study_id, design.sites)
    try:
        _write_waves(session, study_id, design.waves)
        session.flush()
    except IntegrityError as error:  # two names exchanged at once
        raise Conflict("studies.names_exchanged") from error
    record(
        session,
        verb="edit",
        object_kind="study",
        object_id=study_id,
        study_id=study_id,
        account_id=by,
        before=before,
        after=_summary(study.key, design),
    )


def _columns(design: StudyDesign) -> dict[str, str | int]:
    return {
        "title": design.title,
        "programme": design.programme,
        "description": design.description,
        "disclosure_threshold": design.disclosure_threshold,
    }


def _summary(key: str, design: StudyDesign) -> dict[str, object]:
    return {
        "key": key,
        "title": design.title,
        "disclosure_threshold": design.disclosure_threshold,
        "sites": list(design.sites),
        "waves": [[wave.name, wave.months_after_start] for wave in design.waves],
    }


def _check(design: StudyDesign) -> None:
    if not design.title.strip():
        raise Invalid("studies.title_missing")
    if design.disclosure_threshold < 1:
        raise Invalid("studies.threshold", threshold=design.disclosure_threshold)
    for names in (
        design.sites,
        [wave.name for wave in design.waves],
        [name for name in (design.beneficiaries, design.professionals) if name],
        [name for name in (design.programme_arm, design.control_arm) if name],
    ):
        for name in names:
            if list(names).count(name) > 1:
                raise Invalid("studies.name_twice", name=name)


def _write_populations(session: Session, study_id: UUID, design: StudyDesign) -> None:
    kept = {
        population.kind: population
        for population in session.scalars(select(Population).where(Population.study_id == study_id))
    }
    named = ((PopulationKind.BENEFICIARY, design.beneficiaries), (PopulationKind.PROFESSIONAL, design.professionals))
    for position, (kind, name) in enumerate(named):
        population = kept.get(kind)
        if population is not None and name:
            population.name = name
        elif population is not None:
            _refuse_if_used(session, Participant.population_id == population.id, population.name)
            session.delete(population)
        elif name:
            session.add(Population(study_id=study_id, kind=kind, name=name, position=position))


def _write_arms(session: Session, study_id: UUID, design: StudyDesign) -> None:
    kept = {arm.is_control: arm for arm in session.scalars(select(Arm).where(Arm.study_id == study_id))}
    for position, (is_control, name) in enumerate(((False, design.programme_arm), (True, design.control_arm))):
        arm = kept.get(is_control)
        if arm is not None and name:
            arm.name = name
        elif arm is not None:
            _refuse_if_used(session, Participant.arm_id == arm.id, arm.name)
            session.delete(arm)
        elif name:
            session.add(Arm(study_id=study_id, name=name, is_control=is_control, position=position))


def _match(kept: list[Named], names: Sequence[str]) -> list[Named | None]:
    """Return for each name the row that keeps it, a row to rename when the lists are equally long, or None."""
    by_name = {row.name: row for row in kept}
    free = [row for row in kept if row.name not in names]
    can_rename = len(kept) == len(names)
    return [by_name.get(name) or (free.pop(0) if free and can_rename else None) for name in names]


def _write_sites(session: Session, study_id: UUID, names: Sequence[str]) -> None:
    kept = list(session.scalars(select(Site).where(Site.study_id == study_id).order_by(Site.position)))
    chosen = _match(kept, names)
    for site in kept:
        if site not in chosen:
            _refuse_if_used(session, Participant.site_id == site.id, site.name)
            session.delete(site)
    session.flush()
    for position, (name, match) in enumerate(zip(names, chosen, strict=True)):
        if match is None:
            session.add(Site(study_id=study_id, name=name, position=position))
        else:
            match.name, match.position = name, position


def _write_waves(session: Session, study_id: UUID, drafts: Sequence[WaveDraft]) -> None:
    kept = list(session.scalars(select(Wave).where(Wave.study_id == study_id).order_by(Wave.position)))
    chosen = _match(kept, [draft.name for draft in drafts])
    for wave in kept:
        if wave not in chosen:
            # Collections and indicators point to waves from packages above this one; the database answers for them.
            try:
                with session.begin_nested():
                    session.execute(delete(Wave).where(Wave.id == wave.id))
            except IntegrityError as error:
                raise Conflict("studies.in_use", name=wave.name) from error
    for position, (draft, match) in enumerate(zip(drafts, chosen, strict=True)):
        if match is None:
            months = draft.months_after_start
            session.add(Wave(study_id=study_id, name=draft.name, months_after_start=months, position=position))
        else:
            match.name, match.months_after_start, match.position = draft.name, draft.months_after_start, position


def _refuse_if_used(session: Session, condition: object, name: str) -> None:
    if session.scalar(select(exists().where(condition))):  # type: ignore[arg-type]  # a comparison of a column
        raise Conflict("studies.in_use", name=name)
