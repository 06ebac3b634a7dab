"""What the list of names shows: each form with its places, what is proposed for it, what was decided."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.research.contexts.acts import as_uuid
from coding.naming.entries import NameChoice
from coding.naming.models import NameKind, NameState
from coding.queries.names import NameContext, NameRow, count_names, find_contexts, list_names, sealed_names
from core.errors import Invalid

_ = lazy_gettext
ON_A_PAGE = 25
KIND_NAMES: dict[NameKind, Any] = {
    NameKind.PERSON: _("person"),
    NameKind.PLACE: _("place"),
    NameKind.ORGANISATION: _("organisation"),
    NameKind.PHONE: _("telephone"),
    NameKind.EMAIL: _("e-mail address"),
    NameKind.SOCIAL_NUMBER: _("social security number"),
    NameKind.ALLOCATION: _("number of a file"),
    NameKind.BIRTH_DATE: _("date of birth"),
    NameKind.ADDRESS: _("postal address"),
    NameKind.ACCOUNT: _("bank account"),
    NameKind.OTHER: _("something else"),
}
STATE_NAMES: dict[NameState, Any] = {
    NameState.PROPOSED: _("To decide"),
    NameState.KEPT: _("Left as they are"),
    NameState.REPLACED: _("Replaced"),
}
# Borne by women and men alike, of several origins: whoever goes through the list puts a likelier one.
_FIRST_NAMES = (
    "Camille", "Sacha", "Alix", "Dominique", "Noor", "Charlie", "Eden", "Lou", "Claude", "Ange", "Yael", "Maxime",
    "Amal", "Morgan", "Andrea", "Kim", "Jihane", "Sandy", "Nour", "Alex", "Loan", "Céleste", "Swan", "Iman", "Gaby",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameLine:
    """One form to decide on; `pseudonym` is typed, known from elsewhere in the study, or proposed."""

    row: NameRow
    kind: str
    state: str
    pseudonym: str
    is_known: bool
    contexts: tuple[NameContext, ...]


@dataclass(frozen=True, slots=True)
class NamesPage:
    """One page of the list."""

    show: str
    tabs: tuple[tuple[str, str, int], ...]
    lines: tuple[NameLine, ...]
    page: int
    pages: int
    total: int
    kinds: tuple[tuple[str, str], ...]
    kind_names: Mapping[NameKind, Any]
    typed: str
    error: str


def build_names_page(
    session: Session, study_id: UUID, sent: MultiDict[str, str], open_name: Callable[[bytes], str], *, error: str
) -> NamesPage:
    """Compute a page; what was typed in a form that was refused stands again."""
    state = as_state(sent.get("show"))
    rows = list_names(session, study_id, state)
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    page = max(1, min(sent.get("page", default=1, type=int) or 1, pages))
    shown = rows[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    contexts = find_contexts(session, study_id, shown)
    known = _known(session, study_id, open_name) if state is not NameState.REPLACED else {}
    proposals = _Proposals({row.form or "" for row in rows} | set(known) | set(known.values()))
    counts = count_names(session, study_id)
    return NamesPage(
        show=state.value,
        tabs=tuple((each.value, str(STATE_NAMES[each]), counts[each]) for each in NameState),
        lines=tuple(_line(row, sent, known, proposals, contexts.get(row.form or "", [])) for row in shown),
        page=page,
        pages=pages,
        total=sum(counts.values()),
        kinds=tuple((kind.value, str(name)) for kind, name in KIND_NAMES.items()),
        kind_names=KIND_NAMES,
        typed=sent.get("form", ""),
        error=error,
    )


def _line(
    row: NameRow,
    sent: MultiDict[str, str],
    known: Mapping[str, str],
    proposals: "_Proposals",
    places: list[NameContext],
) -> NameLine:
    key = row.entry_id.hex
    proposed = row.pseudonym or known.get(row.form or "") or proposals.next_for(row.kind)
    return NameLine(
        row=row,
        kind=sent.get(f"kind-{key}", row.kind.value),
        state=sent.get(f"state-{key}", row.state.value),
        pseudonym=sent.get(f"pseudonym-{key}", proposed),
        is_known=row.form in known,
        contexts=tuple(places),
    )


def _known(session: Session, study_id: UUID, open_name: Callable[[bytes], str]) -> dict[str, str]:
    """Return the pseudonym of each form replaced before: who comes back in a new text keeps it."""
    try:
        return {open_name(row[3]): row[2] for row in sealed_names(session, study_id)}
    except Invalid:  # another key: the list goes on without memory
        return {}


class _Proposals:
    """What may take the place of a name, never twice the same on a page."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._numbers: dict[NameKind, int] = {}

    def next_for(self, kind: NameKind) -> str:
        proposed = next(each for each in self._ways(kind) if each not in self._taken)
        self._taken.add(proposed)
        return proposed

    def _ways(self, kind: NameKind) -> Iterator[str]:
        if kind is NameKind.PERSON:
            yield from _FIRST_NAMES
        while True:
            self._numbers[kind] = self._numbers.get(kind, 0) + 1
            yield gettext("[%(kind)s %(number)s]", kind=KIND_NAMES[kind], number=self._numbers[kind])


def read_choices(form: MultiDict[str, str]) -> list[NameChoice]:
    """Return what was decided; entries left undecided are left out.

    Raises: Invalid: `coding.act_unreadable`.
    """
    choices = []
    for name, value in form.items():
        if name.startswith("state-") and value != NameState.PROPOSED.value:
            key = name.removeprefix("state-")
            kind, pseudonym = as_kind(form.get(f"kind-{key}")), form.get(f"pseudonym-{key}", "")
            choices.append(NameChoice(as_uuid(key), kind, as_state(value), pseudonym))
    return choices


def as_kind(value: str | None) -> NameKind:
    """Read a kind; anything unknown is « something else »."""
    return NameKind(value) if value in {kind.value for kind in NameKind} else NameKind.OTHER


def as_state(value: str | None) -> NameState:
    """Read a state; anything unknown is « to decide »."""
    return NameState(value) if value in {state.value for state in NameState} else NameState.PROPOSED
