"""Acts on the design: a study, its team, its list of people. Each leaves an entry in the trail."""

from studies.services.calendar import WaveCalendar, place_wave
from studies.services.consent import CHANNELS, give_consent, withdraw_consent
from studies.services.consent_texts import publish_consent_text
from studies.services.design import StudyDesign, WaveDraft, create_study, edit_study, suggest_key
from studies.services.participant import (
    PersonDraft,
    add_participant,
    delete_participant,
    edit_participant,
    is_bare,
    withdraw_participant,
)
from studies.services.people import add_participants, update_participants
from studies.services.team import add_member, change_member, remove_member

__all__ = [
    "CHANNELS",
    "PersonDraft",
    "StudyDesign",
    "WaveCalendar",
    "WaveDraft",
    "add_member",
    "add_participant",
    "add_participants",
    "change_member",
    "create_study",
    "delete_participant",
    "edit_participant",
    "edit_study",
    "give_consent",
    "is_bare",
    "place_wave",
    "publish_consent_text",
    "remove_member",
    "suggest_key",
    "update_participants",
    "withdraw_consent",
    "withdraw_participant",
]
