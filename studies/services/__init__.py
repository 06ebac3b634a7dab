"""Acts on the design: a study, its team, its list of people. Each leaves an entry in the trail."""

from studies.services.design import StudyDesign, WaveDraft, create_study, edit_study, suggest_key
from studies.services.people import add_participants
from studies.services.team import add_member, change_member, remove_member

__all__ = [
    "StudyDesign",
    "WaveDraft",
    "add_member",
    "add_participants",
    "change_member",
    "create_study",
    "edit_study",
    "remove_member",
    "suggest_key",
]
