"""The audit trail in words; an act that has no words yet shows its plain name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _

from app.research.contexts.words import role_name
from studies.models import Role
from studies.queries import TrailLine

KINDS = {
    "account": _("account"),
    "code": _("code"),
    "coding": _("coding"),
    "collection": _("collection"),
    "indicator": _("indicator"),
    "member": _("role in the team"),
    "invitations": _("personal links"),
    "participants": _("participants"),
    "questionnaire": _("questionnaire"),
    "questionnaire_version": _("version of a questionnaire"),
    "report": _("report"),
    "response": _("response"),
    "study": _("study"),
    "transcript": _("transcript"),
}
VERBS = {
    "add": _("addition"),
    "change": _("change"),
    "close": _("closing"),
    "create": _("creation"),
    "delete": _("deletion"),
    "edit": _("change"),
    "export": _("export"),
    "import": _("import"),
    "issue": _("issue"),
    "open": _("opening"),
    "publish": _("publication"),
    "remove": _("removal"),
}

DETAILS = {
    "count": _("number"),
    "disclosure_threshold": _("smallest count shown"),
    "is_blind": _("blind coding"),
    "key": _("short name"),
    "name": _("name"),
    "role": _("role"),
    "sites": _("sites"),
    "title": _("title"),
    "waves": _("waves"),
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


def trail_rows(lines: Iterable[TrailLine]) -> tuple[TrailRow, ...]:
    """Return the acts in words."""
    return tuple(
        TrailRow(
            line.at, line.who, f"{kind_name(line.object_kind)} · {VERBS.get(line.verb, line.verb)}", _details(line)
        )
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
            details.append(f"{_detail_name(name)} : {_value(old)} → {_value(new)}")
        elif old != new:
            details.append(f"{_detail_name(name)} : {_value(new if name in after else old)}")
    return tuple(detail[:200] for detail in details)


def _detail_name(name: str) -> str:
    return str(DETAILS.get(name, name))


def _value(value: object) -> str:
    """Return a value kept as JSON in words: lists with commas, yes or no for truths, roles by their name."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(" ".join(map(str, item)) if isinstance(item, list) else _value(item) for item in value)
    if isinstance(value, str) and value in set(Role):
        return role_name(Role(value))
    return "" if value is None else str(value)
