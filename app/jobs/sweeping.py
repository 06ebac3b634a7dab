"""What waits for somebody who does not come back is erased, whoever comes instead."""

from app.unit_of_work import unit_of_work
from coding.services.together import forget_acts
from surveys.imports.drafts import forget_old_drafts


def forget_old_files() -> None:
    """Erase the files of data that nobody brought in for a week."""
    with unit_of_work() as session:
        forget_old_drafts(session)


def forget_desk_acts() -> None:
    """Forget what acts of the coding desk were answered a month ago."""
    with unit_of_work() as session:
        forget_acts(session)
