"""An undo or a redo in words, and as the script of the desk reads it."""

from typing import Any

from flask_babel import gettext as _

from coding.services.undo import CodingState, Undone


def say_undone(done: Undone | None, *, is_undo: bool) -> str:
    """Return the sentence that says what was undone or done again."""
    if done is None:
        return str(_("There is nothing left to undo.") if is_undo else _("There is nothing to do again."))
    state = done.now or done.was
    code = state.code if state else ""
    if done.was is None and done.now is not None:
        return str(_("Code %(code)s put back", code=code))
    if done.now is None:
        return str(_("Code %(code)s taken off", code=code))
    return str(_("Code %(code)s as before", code=code) if is_undo else _("Code %(code)s changed again", code=code))


def undone_value(done: Undone | None) -> dict[str, Any]:
    """Return both sides for the script; places are those of the version that is read now."""
    return {"was": _side(done.was if done else None), "now": _side(done.now if done else None)}


def _side(state: CodingState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {
        "start": state.start,
        "end": state.end,
        "code": str(state.code_id),
        "comment": state.comment,
        "status": state.status.value,
    }
