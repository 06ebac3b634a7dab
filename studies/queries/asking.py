"""Who asks: what somebody invited to answer is told of the study."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from studies.models import Study


@dataclass(frozen=True, slots=True)
class WhoAsks:
    """The study and the programme it looks at; "" where it names none."""

    study: str
    programme: str


def who_asks(session: Session, study_id: UUID) -> WhoAsks:
    """Return what a study is called, for people outside its team; one statement."""
    row = session.execute(select(Study.title, Study.programme).where(Study.id == study_id)).one()
    return WhoAsks(row.title, row.programme)
