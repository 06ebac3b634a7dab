"""For whom codings are read."""

from app.security import current_account, current_study
from coding.queries import Viewer


def current_viewer() -> Viewer:
    """Return the person of this request, blind or not, as the reads of coding want it."""
    return Viewer(current_account().id, is_blind=current_study().is_blind)
