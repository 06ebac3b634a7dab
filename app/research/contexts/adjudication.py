"""Where coders differ, as pages show it: passages to read, and passages to settle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from app.research.contexts.acts import as_uuid
from coding.agreement.passages import Kind, find_passages
from coding.layers import Outcome
from coding.queries import CodingView, Document
from coding.queries.agreement import AgreementRow
from coding.queries.together import Coded, Decision, ToSettle
from core.errors import Invalid

KINDS: dict[Kind, Any] = {
    Kind.SAME: lazy_gettext("same words"),
    Kind.LIMITS: lazy_gettext("other limits"),
    Kind.SOME: lazy_gettext("some coders only"),
}
OUTCOMES: dict[Outcome, Any] = {Outcome.KEPT: lazy_gettext("Keep"), Outcome.LEFT_OUT: lazy_gettext("Leave out")}
PAGE_SIZE = 50
SHOWN = 300
CONTEXT = 80


@dataclass(frozen=True, slots=True)
class PassageLine:
    """One passage of a measure: where, whose, which words each took."""

    transcript_id: UUID
    title: str
    start: int
    end: int
    kind: str
    codings: tuple[Coded, ...]


@dataclass(frozen=True, slots=True)
class PassagesPage:
    """Passages of one code, of those who coded them; `tabs` are (label, query value, is current)."""

    code: str
    tabs: tuple[tuple[str, str, bool], ...]
    lines: tuple[PassageLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SettleCard:
    """One passage to settle: its words in their context, and each coding with what was decided of it."""

    anchor: str
    code: str
    colour: str
    kind: str
    before: str
    words: str
    after: str
    at: str
    codings: tuple[tuple[CodingView, str], ...]
    reason: str
    decided: str
    is_settled: bool


@dataclass(frozen=True, slots=True)
class SettlePage:
    """Passages of a transcript where coders differ; `tabs` as above; pages count from 1."""

    transcript_id: UUID
    title: str
    coders: tuple[str, ...]
    tabs: tuple[tuple[str, str, bool], ...]
    shown: str
    cards: tuple[SettleCard, ...]
    page: int
    page_count: int


def build_passages_page(
    run: AgreementRow,
    code_id: UUID | None,
    codings: Sequence[Coded],
    readers: Mapping[UUID, frozenset[UUID]],
    wanted: str,
) -> PassagesPage:
    """Compute the passages of one code of a measure (of all when None), for « both », « some », or one coder alone."""
    names = {UUID(coder_id): name for coder_id, name in run.parameters["coders"]}
    by_id = {each.placed.coding_id: each for each in codings}
    transcripts = dict.fromkeys(each.transcript_id for each in codings)
    lines = []
    for transcript_id in transcripts:
        read = readers.get(transcript_id, frozenset()) & frozenset(names)
        if len(read) < 2:  # noqa: PLR2004  nobody to compare with
            continue
        held = [each for each in codings if each.transcript_id == transcript_id]
        for passage in find_passages([each.placed for each in held], read):
            if not _is_wanted(wanted, passage.kind, passage.coders):
                continue
            taken = tuple(by_id[each.coding_id] for each in passage.codings)
            lines.append(
                PassageLine(transcript_id, held[0].title, passage.start, passage.end, str(KINDS[passage.kind]), taken)
            )
    tabs = [(str(_("All of them")), "both"), (str(_("Some only")), "some")]
    tabs += [(str(_("%(name)s alone", name=name)), coder_id.hex) for coder_id, name in names.items()]
    code = dict(run.parameters["codes"]).get(str(code_id), str(_("All codes together")))
    return PassagesPage(
        code, tuple((label, value, value == wanted) for label, value in tabs), tuple(lines[:SHOWN]), len(lines)
    )


def _is_wanted(wanted: str, kind: Kind, coders: frozenset[UUID]) -> bool:
    if wanted == "both":
        return kind is not Kind.SOME
    if wanted == "some":
        return kind is Kind.SOME
    return kind is Kind.SOME and [each.hex for each in coders] == [wanted]


def build_settle_page(
    document: Document, passages: Sequence[ToSettle], coders: Sequence[str], *, shown: str, page: int
) -> SettlePage:
    """Compute the page: « open » what coders differ on and nobody settled, « settled », « same » what they agree on."""
    groups = {
        "open": [each for each in passages if each.passage.kind is not Kind.SAME and not each.is_settled],
        "settled": [each for each in passages if each.is_settled],
        "same": [each for each in passages if each.passage.kind is Kind.SAME and not each.is_settled],
    }
    shown = shown if shown in groups else "open"
    labels = {"open": _("To adjudicate"), "settled": _("Adjudicated"), "same": _("Same words")}
    held = groups[shown]
    page_count = max(1, -(-len(held) // PAGE_SIZE))
    page = min(max(1, page), page_count)
    return SettlePage(
        transcript_id=document.transcript_id,
        title=document.title,
        coders=tuple(coders),
        tabs=tuple((f"{labels[name]} ({len(groups[name])})", name, name == shown) for name in groups),
        shown=shown,
        cards=tuple(_card(document, each) for each in held[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        page=page,
        page_count=page_count,
    )


def _card(document: Document, settled: ToSettle) -> SettleCard:
    passage, first = settled.passage, settled.codings[0]
    decisions = list(settled.decisions.values())
    latest: Decision | None = max(decisions, key=lambda each: each.decided_at) if decisions else None
    return SettleCard(
        anchor=f"p{first.coding_id.hex}",
        code=first.code,
        colour=first.colour,
        kind=str(KINDS[passage.kind]),
        before=document.text[max(0, passage.start - CONTEXT) : passage.start],
        words=document.text[passage.start : passage.end],
        after=document.text[passage.end : passage.end + CONTEXT],
        at=f"{passage.start}-{passage.end}",
        codings=tuple(
            (
                coding,
                settled.decisions[coding.coding_id].outcome.value if coding.coding_id in settled.decisions else "",
            )
            for coding in settled.codings
        ),
        reason=latest.reason if latest else "",
        decided=latest.decided_by if latest else "",
        is_settled=settled.is_settled,
    )


def read_outcomes(form: MultiDict[str, str]) -> dict[UUID, Outcome]:
    """Read what was decided of each coding named.

    Raises: Invalid: `coding.decision_missing` when one has no outcome, `coding.act_unreadable`.
    """
    named = [as_uuid(each) for each in form.getlist("coding")]
    try:
        return {coding_id: Outcome(form.get(f"outcome-{coding_id.hex}", "")) for coding_id in named}
    except ValueError:
        raise Invalid("coding.decision_missing") from None
