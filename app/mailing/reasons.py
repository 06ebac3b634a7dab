"""Why somebody gets no message, where a message stands, and what steps are called, in words."""

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from surveys.fieldwork.mailing import Step
from surveys.fieldwork.mailing_models import CallOutcome, Channel, MessageState, StepAnchor, StepKind
from surveys.fieldwork.planning import Why

WHYS = {
    Why.ANSWERED: _("has answered"),
    Why.REFUSED: _("does not want to answer"),
    Why.NO_CONSENT: _("has not agreed to be contacted again"),
    Why.NO_DATE: _("the day is not known"),
    Why.NOT_YET: _("the day has not come"),
    Why.WINDOW_OVER: _("the period is over"),
    Why.ALREADY: _("has had this message"),
    Why.LATER_STEP: _("a later message takes its place"),
    Why.TOO_MANY: _("has had as many messages as one may get"),
    Why.TOO_SOON: _("was written to less than two days ago"),
    Why.BOUNCED: _("the last message came back"),
    Why.WRONG_NUMBER: _("wrong number"),
    Why.NO_CONTACT: _("no address or number for it"),
}
OTHER_REASONS = {
    "withdrawn": _("has withdrawn"),
    "died": _("the sending stopped in the middle"),
    "broke": _("the sending stopped in the middle"),
    "decided": _("somebody of the team said so"),
    "no_link": _("the personal link must be made again"),
    "refused": _("the carrier refused it"),
}
STATES = {
    MessageState.QUEUED: _("waiting to leave"),
    MessageState.SENDING: _("leaving now"),
    MessageState.SENT: _("message sent"),
    MessageState.FAILED: _("failed"),
    MessageState.SKIPPED: _("not sent"),
    MessageState.MAYBE: _("perhaps sent"),
}
STATE_TONES = {
    MessageState.QUEUED: "neutral",
    MessageState.SENDING: "info",
    MessageState.SENT: "good",
    MessageState.FAILED: "danger",
    MessageState.SKIPPED: "neutral",
    MessageState.MAYBE: "warning",
}
CHANNELS = {
    Channel.EMAIL: _("E-mail"),
    Channel.SMS: _("Text message"),
    Channel.LETTER: _("Letter"),
    Channel.CALL: _("Telephone call"),
}
KINDS = {StepKind.INVITATION: _("Invitation"), StepKind.REMINDER: _("Reminder")}
OUTCOMES = {
    CallOutcome.NO_ANSWER: _("no answer"),
    CallOutcome.CALL_BACK: _("to be called back"),
    CallOutcome.REACHED: _("reached"),
    CallOutcome.REFUSED: _("does not want to answer"),
    CallOutcome.WRONG_NUMBER: _("wrong number"),
}
SIGNS = {outcome: str(place) for place, outcome in enumerate(OUTCOMES, 1)}
"""One digit for what came of a call: written in the boxes of a list, typed to choose it on the screen."""


def why_name(why: Why) -> str:
    """Return why somebody gets no message."""
    return str(WHYS[why])


def reason_words(reason: str) -> str:
    """Return why a message was not sent; what a carrier says is said as it is."""
    try:
        return str(WHYS[Why(reason)])
    except ValueError:
        return str(OTHER_REASONS.get(reason, reason))


def step_name(step: Step) -> str:
    """Return what a step is: « Reminder by text message »."""
    return str(gettext("%(kind)s: %(channel)s", kind=KINDS[step.kind], channel=CHANNELS[step.channel]))


def step_when(step: Step) -> str:
    """Return when a step is: « 3 days after the opening, from 10 h on »."""
    day = _day(step)
    if not step.is_automatic:
        return day
    return str(gettext("%(day)s, from %(hour)s h on", day=day, hour=step.hour))


def _day(step: Step) -> str:
    number = abs(step.offset_days)
    if step.anchor is StepAnchor.OPENING:
        if step.offset_days == 0:
            return str(gettext("on the opening day"))
        days = ngettext("%(num)s day", "%(num)s days", number)
        if step.offset_days > 0:
            return str(gettext("%(days)s after the opening", days=days))
        return str(gettext("%(days)s before the opening", days=days))
    is_end = step.anchor is StepAnchor.END
    if step.offset_days == 0:
        return str(gettext("on the last day") if is_end else gettext("on the day aimed at"))
    days = ngettext("%(num)s day", "%(num)s days", number)
    if step.offset_days > 0:
        text = (
            gettext("%(days)s after the last day", days=days)
            if is_end
            else gettext("%(days)s after the day aimed at", days=days)
        )
    else:
        text = (
            gettext("%(days)s before the last day", days=days)
            if is_end
            else gettext("%(days)s before the day aimed at", days=days)
        )
    return str(text)
