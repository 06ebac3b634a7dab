"""The list of transcripts with its filters, and files on their way in."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.research.contexts.reading import SPEAKER_ROLES
from app.wording import word_code
from coding.models import SpeakerRole, TranscriptKind
from coding.pending import PendingDraft
from coding.queries import CorpusRow
from coding.transcripts import SpeakerChoice
from core.errors import Invalid

KINDS = {
    TranscriptKind.INTERVIEW: _("Interview"),
    TranscriptKind.OPEN_ANSWERS: _("Open answers"),
    TranscriptKind.WORKSHOP: _("Workshop"),
}
MAX_ATTRIBUTES = 30
_SAMPLE_TURNS = 6
_SAMPLE_LENGTH = 240


@dataclass(frozen=True, slots=True)
class CorpusPage:
    """Rows kept by the filters; `options` offers the values met in the corpus, `chosen` says which are asked for."""

    rows: tuple[CorpusRow, ...]
    total: int
    words: int
    options: dict[str, tuple[tuple[str, str], ...]]
    chosen: dict[str, str]


FILTERS = ("kind", "site", "wave", "population", "coder")


def build_corpus_page(rows: tuple[CorpusRow, ...], asked: Mapping[str, str]) -> CorpusPage:
    """Filter the list; an unknown value filters everything out, as it should."""
    chosen = {name: asked.get(name, "") for name in FILTERS}
    kept = tuple(row for row in rows if all(not value or value in _values(row, name) for name, value in chosen.items()))
    options: dict[str, tuple[tuple[str, str], ...]] = {}
    for name in FILTERS:
        met = sorted({value for row in rows for value in _values(row, name)})
        if len(met) > 1 or chosen[name]:
            options[name] = tuple((value, kind_name(value) if name == "kind" else value) for value in met)
    return CorpusPage(kept, len(rows), sum(row.word_count for row in kept), options, chosen)


def kind_name(kind: TranscriptKind | str) -> str:
    """Return a kind of transcript as screens call it."""
    return str(KINDS[TranscriptKind(kind)])


def role_options() -> tuple[tuple[str, str], ...]:
    """Return the roles of a speaker to choose from."""
    return tuple((role.value, str(name)) for role, name in SPEAKER_ROLES.items())


def _values(row: CorpusRow, name: str) -> tuple[str, ...]:
    if name == "coder":
        return row.coders
    value = row.kind.value if name == "kind" else getattr(row, name)
    return () if value is None else (value,)


@dataclass(frozen=True, slots=True)
class SpeakerField:
    """A speaker found in a file, with what the person typed or the guess."""

    label: str
    turns: int
    words: int
    name: str
    role: str
    participant: str


@dataclass(frozen=True, slots=True)
class DraftForm:
    """One pending file as the review shows it; `prefix` begins the names of its fields."""

    id: UUID
    prefix: str
    file_name: str
    title: str
    word_count: int
    turn_count: int
    kind: str
    participant: str
    site: str
    wave: str
    attributes: str
    action: str
    speakers: tuple[SpeakerField, ...]
    notices: tuple[str, ...]
    sample: tuple[tuple[str, str], ...]
    error: str | None


def build_draft_form(pending: PendingDraft, form: MultiDict[str, str], error: str | None = None) -> DraftForm:
    """Show the draft's guesses, or what was typed over them."""
    draft, prefix = pending.draft, f"f{pending.id.hex[:10]}-"

    def typed(name: str, guess: str) -> str:
        return form.get(prefix + name, guess)

    speakers = []
    for number, speaker in enumerate(draft.speakers):
        guess = SpeakerRole.INTERVIEWER if speaker.is_interviewer else SpeakerRole.INTERVIEWEE
        speakers.append(
            SpeakerField(
                label=speaker.label,
                turns=speaker.turn_count,
                words=speaker.word_count,
                name=typed(f"name-{number}", speaker.same_as or speaker.label),
                role=typed(f"role-{number}", guess.value),
                participant=typed(f"participant-{number}", ""),
            )
        )
    return DraftForm(
        id=pending.id,
        prefix=prefix,
        file_name=draft.file_name,
        title=typed("title", draft.title),
        word_count=draft.word_count,
        turn_count=len(draft.turns),
        kind=typed("kind", TranscriptKind.INTERVIEW.value),
        participant=typed("participant", ""),
        site=typed("site", ""),
        wave=typed("wave", ""),
        attributes=typed("attributes", ""),
        action=typed("action", "import"),
        speakers=tuple(speakers),
        notices=tuple(word_code(notice.code, notice.details) for notice in draft.notices),
        sample=tuple(
            (turn.label, draft.text[turn.start : min(turn.end, turn.start + _SAMPLE_LENGTH)])
            for turn in draft.turns[:_SAMPLE_TURNS]
        ),
        error=error,
    )


def speaker_choices(form: DraftForm) -> list[SpeakerChoice]:
    """Return the decisions on speakers.  Raises: Invalid: `coding.act_unreadable`."""
    return [
        SpeakerChoice(each.label, each.name.strip() or each.label, as_role(each.role), optional_uuid(each.participant))
        for each in form.speakers
    ]


def as_role(text: str) -> SpeakerRole:
    """Read a role.  Raises: Invalid: `coding.act_unreadable`."""
    try:
        return SpeakerRole(text)
    except ValueError:
        raise Invalid("coding.act_unreadable") from None


def as_kind(text: str) -> TranscriptKind:
    """Read a kind.  Raises: Invalid: `coding.act_unreadable`."""
    try:
        return TranscriptKind(text)
    except ValueError:
        raise Invalid("coding.act_unreadable") from None


def optional_uuid(text: str) -> UUID | None:
    """Read an id, None when blank.  Raises: Invalid: `coding.act_unreadable`."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid("coding.act_unreadable") from None


def read_attributes(text: str) -> dict[str, str]:
    """Read « name: value » lines.  Raises: Invalid: `coding.attribute_unreadable` with the line's number."""
    attributes: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or len(attributes) >= MAX_ATTRIBUTES:
            raise Invalid("coding.attribute_unreadable", line=number, limit=MAX_ATTRIBUTES)
        attributes[name.strip()] = value.strip()
    return attributes
