"""The tables of the design: study, people, team, consent."""

from studies.models.consent import Consent, ConsentPurpose, ConsentText
from studies.models.people import FlowState, Identity, Participant
from studies.models.study import Arm, Population, PopulationKind, Site, Study, Wave, WaveAnchor
from studies.models.team import OUTSIDE, Account, Membership, Role

__all__ = [
    "OUTSIDE",
    "Account",
    "Arm",
    "Consent",
    "ConsentPurpose",
    "ConsentText",
    "FlowState",
    "Identity",
    "Membership",
    "Participant",
    "Population",
    "PopulationKind",
    "Role",
    "Site",
    "Study",
    "Wave",
    "WaveAnchor",
]
