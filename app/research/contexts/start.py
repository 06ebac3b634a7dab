"""The first page of who signed in."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.research.contexts.progress import NextStep, Progress, address, count_progress, next_step
from app.security import FACILITATORS, SignedIn, may_found
from studies.models import Role
from studies.queries import list_studies_of


@dataclass(frozen=True, slots=True)
class StudyCard:
    """One study of the person: its title, their role, what to do next; a reader has reports only."""

    key: str
    title: str
    programme: str
    role: Role
    href: str
    progress: Progress
    step: NextStep | None
    sessions: str | None
    reports: str | None
    has_counts: bool


@dataclass(frozen=True, slots=True)
class StartPage:
    """What the first page shows."""

    name: str
    studies: tuple[StudyCard, ...]
    may_found: bool


def start_page(session: Session, account: SignedIn) -> StartPage:
    """Return the studies of a person with their next steps, in two queries."""
    lines = list_studies_of(session, account.id)
    counts = count_progress(session, [line.id for line in lines])
    cards = []
    for line in lines:
        endpoint = "reports.list_reports" if line.role is Role.READER else "studies.show_study"
        cards.append(
            StudyCard(
                key=line.key,
                title=line.title,
                programme=line.programme,
                role=line.role,
                href=address(endpoint, line.key) or f"/studies/{line.key}/",
                progress=counts[line.id],
                step=next_step(counts[line.id], line.key) if line.role is Role.LEAD else None,
                sessions=address("facilitate.choose_collection", line.key) if line.role in FACILITATORS else None,
                reports=address("reports.list_reports", line.key),
                has_counts=line.role is not Role.READER,
            )
        )
    return StartPage(account.name, tuple(cards), may_found(account, {line.role for line in lines}))
