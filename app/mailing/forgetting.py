"""What lies on the disk with a name goes when its person withdraws, or is to be known by their pseudonym only."""

from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from app.mailing.outbox import forget_files
from app.mailing.printing import forget_prints
from surveys.fieldwork.message_desk import messages_to


def forget_named_files(session: Session, study_id: UUID, participant_id: UUID) -> None:
    """Erase the messages to a person that are kept as files, and the prints of their study, which can be made again."""
    forget_prints(study_id)
    forget_files(current_app.config["SETTINGS"].data_dir, messages_to(session, participant_id))
