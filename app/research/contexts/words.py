"""The words that screens use for the values of the design."""

from flask_babel import lazy_gettext as _

from studies.models import ConsentPurpose, FlowState, Role

ROLES = {
    Role.LEAD: _("Lead"),
    Role.CODER: _("Coder"),
    Role.FACILITATOR: _("Facilitator"),
    Role.READER: _("Reader"),
}
ROLE_HELP = {
    Role.LEAD: _("Designs the study, opens collections, manages the team and exports."),
    Role.CODER: _("Reads and codes interviews, chooses indicators, writes reports."),
    Role.FACILITATOR: _("Runs sessions and follows collections; reads no interview."),
    Role.READER: _("Reads issued reports, nothing else."),
}
FLOW_STATES = {
    FlowState.LISTED: _("listed"),
    FlowState.DRAWN: _("drawn by lot"),
    FlowState.ASSESSED: _("assessed"),
    FlowState.INVITED: _("invited"),
    FlowState.ENROLLED: _("enrolled"),
    FlowState.OBSERVED: _("observed"),
    FlowState.LOST: _("lost to follow-up"),
    FlowState.WITHDRAWN: _("withdrawn"),
}

PURPOSES = {
    ConsentPurpose.ANSWER: _("answer questionnaires"),
    ConsentPurpose.INTERVIEW: _("be interviewed"),
    ConsentPurpose.QUOTATION: _("be quoted in reports, under pseudonym"),
    ConsentPurpose.CONTACT_AGAIN: _("be contacted again"),
    ConsentPurpose.SHARING: _("share the data with other researchers"),
}
CHANNEL_NAMES = {
    "paper": _("on paper"),
    "oral": _("orally"),
    "screen": _("on screen"),
    "list": _("by an imported list"),
}


def role_name(role: Role) -> str:
    """Return a role as screens call it."""
    return str(ROLES[role])


def state_name(state: FlowState) -> str:
    """Return a state of the flow as screens call it."""
    return str(FLOW_STATES[state])
