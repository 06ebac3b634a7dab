"""The audit trail in words; a test lists every act that is recorded and fails on one without words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.research.contexts.words import CHANNEL_NAMES, FLOW_STATES, PURPOSES, role_name
from studies.models import Role
from studies.queries import TrailLine

KINDS = {
    "account": _("account"),
    "agreement": _("measure of agreement"),
    "answers": _("answers"),
    "call": _("telephone call"),
    "cluster_group": _("grouping proposed by the machine"),
    "cluster_run": _("groupings proposed by the machine"),
    "code": _("code"),
    "coding": _("coding"),
    "collection": _("collection"),
    "consent": _("consent"),
    "consent_text": _("text of consent"),
    "data_import": _("file of data"),
    "form_file": _("files of a questionnaire"),
    "identity": _("identity"),
    "indicator": _("indicator"),
    "mailing": _("who writes to people"),
    "mailing_step": _("message of a plan"),
    "member": _("role in the team"),
    "message": _("messages to people"),
    "group_link": _("way in of a group"),
    "invitations": _("personal links"),
    "phone_file": _("file of a phone"),
    "attribute": _("attribute"),
    "case": _("case"),
    "code_set": _("set of codes"),
    "memo": _("memo"),
    "project_import": _("project file"),
    "name": _("name in the texts"),
    "paper_sheet": _("sheet of paper"),
    "participant": _("person"),
    "participants": _("participants"),
    "bank_item": _("question of the bank"),
    "questionnaire": _("questionnaire"),
    "quota": _("quota"),
    "questionnaire_version": _("version of a questionnaire"),
    "report": _("report"),
    "response": _("response"),
    "segment": _("coded passage"),
    "study": _("study"),
    "text_review": _("review of texts"),
    "theme": _("theme"),
    "wave": _("wave"),
    "transcript": _("transcript"),
    "weaving": _("reading of the weave"),
}
VERBS = {
    "add": _("addition"),
    "check": _("second entry"),
    "bounce": _("came back"),
    "bring_back": _("name brought back"),
    "change": _("change"),
    "change_span": _("limits moved"),
    "close": _("closing"),
    "codes": _("codes chosen"),
    "comment": _("comment"),
    "correct": _("correction by the person"),
    "correct_words": _("words corrected"),
    "create": _("creation"),
    "decide": _("decision"),
    "delete": _("deletion"),
    "dismiss": _("left aside"),
    "edit": _("change"),
    "export": _("export"),
    "forget": _("erasure"),
    "give": _("given"),
    "hide": _("layers hidden again"),
    "import": _("import"),
    "issue": _("issue"),
    "key": _("entry from paper"),
    "print": _("print"),
    "settle": _("differences settled"),
    "judge": _("relation decided"),
    "keep": _("kept as a code"),
    "link": _("linked to a person"),
    "make_link": _("one-time link"),
    "members": _("members chosen"),
    "merge": _("merging"),
    "move": _("move"),
    "open": _("opening"),
    "pass": _("phone passed to a person"),
    "publish": _("publication"),
    "read": _("reading"),
    "pseudonymise": _("names replaced"),
    "redo": _("done again"),
    "replace": _("replaced by a pseudonym"),
    "reveal": _("names read"),
    "release": _("layers released"),
    "remove": _("removal"),
    "rename": _("new name"),
    "request": _("asked for"),
    "restore": _("taken up again"),
    "review": _("texts approved"),
    "send": _("sending"),
    "set": _("role set"),
    "set_links": _("links chosen"),
    "set_password": _("new password"),
    "sign_in": _("sign-in"),
    "status": _("decision"),
    "undo": _("undoing"),
    "update": _("change"),
    "withdraw": _("withdrawal"),
    "write": _("writing"),
}

DETAILS = {
    "anchor": _("counted from"),
    "attribute": _("attribute"),
    "attributes": _("attributes"),
    "channel": _("how it was said"),
    "closes_at": _("closes"),
    "consents": _("consents withdrawn"),
    "count": _("number"),
    "days_after": _("days after"),
    "days_before": _("days before"),
    "drawn_on": _("day of the draw"),
    "entered_on": _("day of entry"),
    "disclosure_threshold": _("smallest count shown"),
    "is_blind": _("blind coding"),
    "key": _("short name"),
    "locale": _("language"),
    "months": _("months"),
    "name": _("name"),
    "names": _("names"),
    "opens_at": _("opens"),
    "opens_by_person": _("opens to each at their own window"),
    "pseudonym": _("pseudonym"),
    "purpose": _("purpose"),
    "reason": _("reason"),
    "role": _("role"),
    "sites": _("sites"),
    "state": _("state"),
    "stratum": _("stratum"),
    "took_up": _("took up"),
    "target": _("number wanted"),
    "title": _("title"),
    "version": _("version"),
    "waves": _("waves"),
}

WORDS: dict[str, Mapping[Any, Any]] = {
    "channel": CHANNEL_NAMES,
    "consents": PURPOSES,
    "purpose": PURPOSES,
    "state": FLOW_STATES,
}


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One act as the page shows it."""

    at: datetime
    who: str
    act: str
    details: tuple[str, ...]


def kind_name(kind: str) -> str:
    """Return the name of a kind of object."""
    return str(KINDS.get(kind, kind))


def verb_name(verb: str) -> str:
    """Return the name of an act; « theme.create » is a creation like the others, its object says of what."""
    return str(VERBS.get(verb.rpartition(".")[2], verb))


def trail_rows(lines: Iterable[TrailLine]) -> tuple[TrailRow, ...]:
    """Return the acts in words."""
    return tuple(
        TrailRow(line.at, line.who, f"{kind_name(line.object_kind)} · {verb_name(line.verb)}", _details(line))
        for line in lines
    )


def _details(line: TrailLine) -> tuple[str, ...]:
    before = line.before if isinstance(line.before, dict) else {}
    after = line.after if isinstance(line.after, dict) else {}
    details = []
    for name in [*before, *(name for name in after if name not in before)]:
        if name.endswith("_id"):
            continue
        old, new = before.get(name), after.get(name)
        if name in before and name in after and old != new:
            details.append(f"{_detail_name(name)} : {_value(old, name)} → {_value(new, name)}")
        elif old != new:
            details.append(f"{_detail_name(name)} : {_value(new if name in after else old, name)}")
    return tuple(detail[:200] for detail in details)


def _detail_name(name: str) -> str:
    return str(DETAILS.get(name, name))


def _value(value: object, name: str = "") -> str:
    """Return a value kept as JSON in words: lists with commas, yes or no for truths, roles by their name."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(" ".join(map(str, item)) if isinstance(item, list) else _value(item, name) for item in value)
    if isinstance(value, str):
        return role_name(Role(value)) if value in set(Role) else str(WORDS.get(name, {}).get(value, value))
    return "" if value is None else str(value)
