"""The audit trail in words; an act that has no words yet shows its plain name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _

from studies.queries import TrailLine

KINDS = {
    "account": _("account"),
    "code": _("code"),
    "coding": _("coding"),
    "collection": _("collection"),
    "indicator": _("indicator"),
    "member": _("role in the team"),
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
            details.append(f"{name}: {old} → {new}")
        elif old != new:
            details.append(f"{name}: {new if name in after else old}")
    return tuple(detail[:200] for detail in details)
