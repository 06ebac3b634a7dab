"""Correct what was sent, while the questionnaire is open: on a copy, so that what was sent stands until it is replaced.

A correction is a response under way that names the one it corrects. Counts and exports leave it out; sending it puts
its answers in the place of the former ones and takes the copy away.
"""

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import Conflict
from surveys.drafts import Draft
from surveys.fieldwork.quotas import take_places
from surveys.models import Answer, Attachment, Quarantine, Response, ResponseState
from surveys.saved import as_kept
from surveys.tokens import new_token, spell, token_hash

_AS_TOLD = {"synchronize_session": False}


def correction_of(session: Session, response_id: UUID) -> UUID | None:
    """Return the correction under way of a response, None when there is none; one statement."""
    return session.scalar(select(Response.id).where(Response.corrects_id == response_id))


def start_correction(session: Session, sent: Draft) -> UUID:
    """Return the correction of a response that was sent: the one under way, or a copy of its answers.

    Raises: Conflict("surveys.collection_closed"), Conflict("surveys.not_sent").
    """
    if not sent.is_open:
        raise Conflict("surveys.collection_closed", title=sent.collection_title)
    if sent.response_state is not ResponseState.SUBMITTED:
        raise Conflict("surveys.not_sent")
    # Whoever presses the button twice waits here and finds the copy of the first time.
    session.execute(select(Response.id).where(Response.id == sent.id).with_for_update())
    under_way = correction_of(session, sent.id)
    if under_way is not None:
        return under_way
    correction_id, moment = uuid4(), now()
    session.execute(
        insert(Response).values(
            id=correction_id,
            corrects_id=sent.id,
            collection_id=sent.collection_id,
            version_id=sent.version.id,
            resume_hash=token_hash(new_token()),
            locale=sent.locale,
            moment=sent.moment,
            seed=sent.seed,
            calculated=as_kept(sent.carried),
            mode=sent.mode,
            started_at=moment,
            saved_at=moment,
            last_page=sent.last_page,
        )
    )
    columns = [column for column in Answer.__table__.columns if column.name != "response_id"]
    copied = select(literal(correction_id), *columns).where(Answer.response_id == sent.id)
    session.execute(insert(Answer).from_select(["response_id", *(column.name for column in columns)], copied))
    return correction_id


def give_up_correction(session: Session, response_id: UUID) -> None:
    """Forget the correction under way of a response; what was sent stays as it is."""
    under_way = correction_of(session, response_id)
    if under_way is not None:
        _forget(session, under_way, response_id)


def _forget(session: Session, correction_id: UUID, sent_id: UUID) -> None:
    """Delete a correction; what it put in quarantine is found under what was sent, and withdrawn with it."""
    session.execute(
        update(Quarantine).where(Quarantine.response_id == correction_id).values(response_id=sent_id),
        execution_options=_AS_TOLD,
    )
    session.execute(delete(Response).where(Response.id == correction_id), execution_options=_AS_TOLD)


def replace_answers(session: Session, correction: Draft, calculated: dict[str, object], hidden: Iterable[str]) -> str:
    """Put the answers of a correction in the place of those it corrects; return their receipt, which stays the same.

    One that another tab sent, or gave up, replaces nothing.

    Args: calculated: what the response carries from now on; hidden: keys of answers that are not sent.
    Raises: Conflict("surveys.response_withdrawn").
    """
    # Held first: its draft was read before, and a page of it that is being saved comes along.
    is_there = session.scalar(select(Response.id).where(Response.id == correction.id).with_for_update()) is not None
    sent = session.execute(
        select(Response.id, Response.receipt, Response.state)
        .where(Response.id == correction.corrects_id)
        .with_for_update()
    ).one_or_none()
    if sent is None or sent.state is not ResponseState.SUBMITTED:
        raise Conflict("surveys.response_withdrawn")
    if not is_there:
        return spell(sent.receipt or "")
    session.execute(delete(Answer).where(Answer.response_id == sent.id), execution_options=_AS_TOLD)
    session.execute(
        update(Answer)
        .where(Answer.response_id == correction.id, Answer.item_name.not_in(list(hidden)))
        .values(response_id=sent.id),
        execution_options=_AS_TOLD,
    )
    _keep_files_in_use(session, sent.id, correction.id)
    session.execute(
        update(Response)
        .where(Response.id == sent.id)
        .values(calculated=calculated, locale=correction.locale, saved_at=now(), revision=Response.revision + 1),
        execution_options=_AS_TOLD,
    )
    _forget(session, correction.id, sent.id)
    count = session.scalar(select(func.count()).select_from(Answer).where(Answer.response_id == sent.id))
    audit.record(
        session,
        verb="correct",
        object_kind="response",
        object_id=sent.id,
        study_id=correction.study_id,
        after={"count": count},
    )
    take_places(session, correction, of=sent.id)
    return spell(sent.receipt or "")


def _keep_files_in_use(session: Session, sent_id: UUID, correction_id: UUID) -> None:
    """Give the response the files of its correction, and erase those that no answer names any more."""
    session.execute(
        update(Attachment).where(Attachment.response_id == correction_id).values(response_id=sent_id),
        execution_options=_AS_TOLD,
    )
    files = session.scalars(select(Attachment.id).where(Attachment.response_id == sent_id)).all()
    if not files:
        return
    named = {str(value) for value in session.scalars(select(Answer.value).where(Answer.response_id == sent_id))}
    # What could not be read is no answer: it stands in quarantine, under the same id.
    apart = set(session.scalars(select(Quarantine.id).where(Quarantine.id.in_(files))))
    unused = [identifier for identifier in files if str(identifier) not in named and identifier not in apart]
    session.execute(delete(Attachment).where(Attachment.id.in_(unused)), execution_options=_AS_TOLD)
