"""The job that reads a questionnaire that takes a while, and how what was read is kept."""

from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.arrivals.folder import Arrival, read_back
from surveys.definition import Definition
from surveys.form_files import inherit_files, keep_files
from surveys.models import Questionnaire, QuestionnaireVersion
from surveys.services import store_definition
from surveys.xlsform import Problem

KIND = "questionnaire.read"


class _Job(Protocol):
    @property
    def arguments(self) -> dict[str, Any]: ...
    @property
    def account_id(self) -> UUID | None: ...


def store(session: Session, job: _Job, result: dict[str, Any]) -> None:
    """Keep what the body read, unless it has to be corrected first."""
    if "refused" not in result:
        keep_read(session, data_folder(), Arrival.from_json(job.arguments), account_id=job.account_id)


def data_folder() -> Path:
    """Return the folder of the data of this application."""
    folder: Path = current_app.config["SETTINGS"].data_dir
    return folder


def keep_read(session: Session, data_dir: Path, arrival: Arrival, *, account_id: UUID | None) -> QuestionnaireVersion:
    """Keep what was read as a draft, with its files and those of the version before that it names.

    Raises: NotFound("arrivals.expired"); what `store_definition` and `keep_files` refuse.
    """
    form, files = read_back(data_dir, arrival)
    version = store_definition(
        session,
        arrival.study_id,
        Definition.from_json(form["definition"]),
        warnings=tuple(Problem.from_json(each) for each in form["problems"]),
        source_name=form["source_name"],
        source_sha256=form["source_sha256"],
        account_id=account_id,
    )
    keep_files(session, arrival.study_id, version.id, files, account_id=account_id)
    inherit_files(session, version.id)
    return version


def find_kept(session: Session, study_id: UUID, sha256: str) -> UUID | None:
    """Return the latest version made of this file; None when another form took its place since."""
    return session.scalar(
        select(QuestionnaireVersion.id)
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(Questionnaire.study_id == study_id, QuestionnaireVersion.source_sha256 == sha256)
        .order_by(QuestionnaireVersion.created_at.desc())
        .limit(1)
    )
