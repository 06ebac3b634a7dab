"""Who speaks when: speaking turns recognised in the text of an interview, however it was typed.

Pure: no database. A line may begin with a label (« Nadège : », « Q : », « [Nadège] », « NADÈGE – », « L1: »),
with a time before or after it, or the label may stand alone on its line.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

_SPACE = r"[ \t\u00a0\u202f]"
_TIME = r"[\[(<]?(?P<{0}>\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:[.,]\d{{1,3}})?)[\])>]?"
_LETTER = r"[^\W\d_]"
_UPPER = r"[A-ZÀ-ÖØ-ÞŒŸ]"
_NO_TIME = r"(?![\[(<]?\d{1,2}:\d{2})"
_NAME = (
    rf"{_NO_TIME}(?:{_LETTER}|\d)[\w.'’\-‑]*"
    rf"(?:{_SPACE}{_NO_TIME}(?:{_LETTER}|\d|[({{])[\w.'’)\-‑]*){{0,3}}"
)
_BEFORE = rf"^{_SPACE}*(?:{_TIME.format('before')}{_SPACE}*[-–—:]?{_SPACE}*)?"
_AFTER = rf"(?:{_SPACE}*[-–—,]?{_SPACE}*{_TIME.format('after')})?"
# Each pattern with how sure it is: a colon says much, a dash or a label alone only when it comes back.
_COLON = re.compile(rf"{_BEFORE}[\[(<*_]*(?P<label>{_NAME})[\])>*_]*{_AFTER}{_SPACE}*[:：][*_]*{_SPACE}*")
_BRACKET = re.compile(rf"{_BEFORE}[\[<(](?P<label>{_NAME})[\]>)]{_AFTER}{_SPACE}*")
_DASH = re.compile(
    rf"{_BEFORE}(?P<label>{_UPPER}[{_UPPER[1:-1]}\d.'’\-]{{0,24}}(?:{_SPACE}{_UPPER}[{_UPPER[1:-1]}.'’\-]+)?){_AFTER}{_SPACE}*(?:[–—]|-(?={_SPACE})|\t){_SPACE}*"
)
_TAB = re.compile(rf"{_BEFORE}(?P<label>{_NAME}){_AFTER}:?[ ]*\t{_SPACE}*")
_ALONE = re.compile(rf"{_BEFORE}(?P<label>{_NAME}){_AFTER}{_SPACE}*:?{_SPACE}*$")
_TIMED = re.compile(rf"{_BEFORE}(?P<label>{_NAME}){_AFTER}{_SPACE}*$")
_TIME_ALONE = re.compile(rf"^{_SPACE}*{_TIME.format('before')}{_SPACE}*(?:-->.*)?$")

_LOWER_WORDS_ALLOWED = frozenset(
    ["de", "du", "des", "d", "la", "le", "les", "et", "l", "van", "von", "ben", "el", "al", "n"]
)
_ROLE_WORD = re.compile(
    r"^(enqu[eê]t|interview|intervenant|chercheu|sociologue|animat|mod[eé]rat|question|r[eé]ponse|locut|speaker|"
    r"participant|personne|femme|homme|m[eè]re|p[eè]re|conseill|r[eé]f[eé]rent|professionnel|b[eé]n[eé]ficiaire|"
    r"journaliste|observat|monsieur|madame|mme|m\.|traduct|interpr[eè]te)",
    re.IGNORECASE,
)
_INTERVIEWER = re.compile(
    r"^(enqu[eê]t(eur|rice|eu)|enq\b|intervieweu|interviewer|int\b|itw\b|chercheu|sociologue|animat|mod[eé]rat|question|q\d*$"
    r"|journaliste|intervenant.*enqu)",
    re.IGNORECASE,
)
_SHORT_LABEL = re.compile(r"^(?:[QRELIP]\d{0,2}|[A-ZÀ-Þ]{1,3}\d{0,2}|[A-Z]\.[A-Z]?\.?)$")
# Words that come before a colon in speech or at the head of a page, and name nobody.
_NEVER = frozenset(
    """
    ah alors âge attention autre ben bien bon bref conclusion consigne contexte d'abord date donc durée enfin ensuite
    entretien eh et exemple heure introduction lieu mais non nota note objet oui parce parenthèse participants
    première présents puis remarque résultat résultats résumé site sujet thème titre transcription voilà
    """.split()  # noqa: SIM905  a list of words reads better as prose
)
_MAX_LABEL = 40
_RARE = 2
_RARE_SHARE = 0.1
_MIN_TYPO_LENGTH = 4
_QUESTION_SHARE = 0.4
_QUESTION_LEAD = 0.2
_ALIKE_NUMBERED = 4


@dataclass(frozen=True, slots=True)
class TurnDraft:
    """One turn: [start, end) holds the words without the label; times in milliseconds, None when not given.

    `source_id` is the response that an open answer comes from.
    """

    start: int
    end: int
    label: str
    start_ms: int | None = None
    end_ms: int | None = None
    source_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SpeakerDraft:
    """A label found, with the role guessed; `same_as` proposes that it is a misspelling of another label."""

    label: str
    is_interviewer: bool
    turn_count: int
    word_count: int
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was recognised; without speakers there is one turn a paragraph, labelled ''."""

    turns: tuple[TurnDraft, ...]
    speakers: tuple[SpeakerDraft, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class _Mark:
    label: str
    words_from: int  # counted in the line, in the text once the turn is placed
    start_ms: int | None
    certain: bool


def recognise(text: str) -> Recognition:
    """Find the speaking turns of `text` (NFC, LF)."""
    lines = list(_lines(text))
    accepted = _accepted_labels(lines)
    if not accepted:
        paragraphs = [_trimmed(text, line.start, line.start + len(line.text), "", None) for line in lines]
        return Recognition(tuple(turn for turn in paragraphs if turn is not None), ())
    turns = [
        _trimmed(text, head.words_from, end, head.label, head.start_ms) for head, end in _stretches(lines, accepted)
    ]
    return describe(text, [turn for turn in turns if turn is not None])


def _stretches(lines: Sequence[_Line], accepted: frozenset[str]) -> Iterator[tuple[_Mark, int]]:
    """Yield each turn's mark, with the place in the text where its words begin, and the end of its last line."""
    open_turn: _Mark | None = None
    end = 0
    pending: int | None = None
    for line in lines:
        if not line.text.strip():
            continue
        alone = _TIME_ALONE.match(line.text)
        if alone is not None:
            pending = _milliseconds(alone["before"])
            continue
        mark = _candidates(line.text)
        if mark is not None and mark.label in accepted:
            if open_turn is not None:
                yield open_turn, end
            time = pending if mark.start_ms is None else mark.start_ms
            open_turn = _Mark(mark.label, line.start + mark.words_from, time, mark.certain)
            pending = None
        elif open_turn is None:
            open_turn = _Mark("", line.start, None, certain=False)
        end = line.start + len(line.text)
    if open_turn is not None:
        yield open_turn, end


def describe(text: str, turns: Sequence[TurnDraft]) -> Recognition:
    """Count what each label says, propose misspellings and guess who asks; `turns` are kept as they are."""
    labels = Counter(turn.label for turn in turns if turn.label)
    words = Counter[str]()
    questions = Counter[str]()
    for turn in turns:
        said = text[turn.start : turn.end]
        words[turn.label] += len(said.split())
        questions[turn.label] += said.rstrip(' .»"\u00a0\u202f').endswith("?")
    same = propose_same(labels)
    askers = _guess_interviewers(labels, questions, words)
    speakers = []
    for label, count in labels.items():
        asks = same.get(label, label) in askers
        speakers.append(SpeakerDraft(label, asks, count, words[label], same.get(label)))
    return Recognition(tuple(turns), tuple(speakers))


def propose_same(labels: Counter[str]) -> dict[str, str]:
    """Return, for each label that looks like a misspelling of a more frequent one, that one.

    Case, accents and full stops never tell two people apart; one letter more, less or changed does not either when
    the label is long and rare. Figures always do: L1 is not L2.
    """
    ranked = sorted(labels, key=lambda label: (-labels[label], list(labels).index(label)))
    same: dict[str, str] = {}
    for place, label in enumerate(ranked):
        for other in ranked[:place]:
            if other in same:
                continue
            if _fold(label) == _fold(other) or (
                labels[label] <= max(_RARE, _RARE_SHARE * labels[other])
                and labels[other] > labels[label]
                and _differ_by_one(_fold(label), _fold(other))
            ):
                same[label] = other
                break
    return same


def _fold(label: str) -> str:
    bare = "".join(letter for letter in unicodedata.normalize("NFD", label) if not unicodedata.combining(letter))
    return re.sub(r"[\s.]+", " ", bare.casefold()).strip()


def _differ_by_one(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _MIN_TYPO_LENGTH or abs(len(one) - len(other)) > 1:
        return False
    if re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    # Masculine and feminine forms of a role are two people.
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    if head == 0:
        return False
    left, right = one[head:], other[head:]
    if left[1:] == right or left == right[1:]:
        # One letter more at the very end may be a plural, or Simon and Simone.
        return bool(left[1:] and right[1:]) or (left + right) not in {"e", "s"}
    return left[1:] == right[1:] or (left[:2] == right[:2][::-1] and left[2:] == right[2:])


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _Line(start, line)
        start += len(line) + 1


def _trimmed(text: str, start: int, end: int, label: str, time: int | None) -> TurnDraft | None:
    said = text[start:end]
    if not said.strip():
        return None
    start += len(said) - len(said.lstrip())
    return TurnDraft(start, start + len(said.strip()), label, time)


def _accepted_labels(lines: list[_Line]) -> frozenset[str]:
    certain, likely = Counter[str](), Counter[str]()
    filled = 0
    for place, line in enumerate(lines):
        if not line.text.strip():
            continue
        filled += 1
        found = _candidates(line.text)
        if found is None:
            continue
        if found.certain:
            certain[found.label] += 1
        elif found.words_from < len(line.text) or _has_next(lines, place):
            likely[found.label] += 1
    if not filled:
        return frozenset()
    # Where half of the lines bear a colon label, even one met once is a speaker.
    dense = certain.total() >= filled / 2
    accepted = {label for label, count in certain.items() if count > 1 or dense or _is_known(label)}
    recurring = {label for label, count in likely.items() if count > 1}
    if len(recurring) > 1 or accepted & recurring:
        accepted |= recurring
    counts = certain + likely
    same = propose_same(counts)
    accepted |= {label for label, other in same.items() if other in accepted and label in certain}
    if len(accepted) == 1 and sum(counts[label] for label in accepted) == 1 and not dense:
        return frozenset()
    return frozenset(accepted)


def _has_next(lines: list[_Line], place: int) -> bool:
    return any(line.text.strip() for line in lines[place + 1 : place + 3])


def _is_known(label: str) -> bool:
    return bool(_ROLE_WORD.match(label) or _SHORT_LABEL.match(label))


def _candidates(line: str) -> _Mark | None:
    for pattern, certain in (
        (_COLON, True),
        (_BRACKET, False),
        (_TAB, False),
        (_DASH, False),
        (_TIMED, False),
        (_ALONE, False),
    ):
        match = pattern.match(line)
        if match is None or not _plausible(match["label"]):
            continue
        time = match["before"] or match["after"]
        if pattern is _TIMED and time is None:
            continue
        label = _canonical(match["label"])
        return _Mark(label, match.end(), _milliseconds(time) if time else None, certain)
    return None


def _canonical(label: str) -> str:
    return re.sub(rf"{_SPACE}+", " ", label).strip(" .()") if not re.match(r"^[A-Z]\.", label) else label.strip()


def _plausible(label: str) -> bool:
    """Whether words before a mark may name somebody: capitals, a known role, or initials; « Elle m'a dit » may not."""
    if len(label) > _MAX_LABEL or not any(letter.isalpha() for letter in label):
        return False
    if _ROLE_WORD.match(label):
        return label.casefold() not in _NEVER
    if label.split(maxsplit=1)[0].casefold() in _NEVER:
        return False
    for word in re.split(r"[ \t\u00a0\u202f]+", label):
        bare = word.strip("().'’")
        if bare and not (bare[0].isupper() or bare.isdigit() or bare.lower() in _LOWER_WORDS_ALLOWED):
            return False
    first = label[0]
    return first.isupper() or first.isdigit()


def _guess_interviewers(labels: Counter[str], questions: Counter[str], words: Counter[str]) -> set[str]:
    named = {label for label in labels if _INTERVIEWER.match(_fold(label)) or _INTERVIEWER.match(label)}
    if "R" in labels and "Q" not in labels and "E" in labels:
        named.add("E")
    if named or len(labels) < 2:  # noqa: PLR2004  nobody asks oneself
        return named
    shares = sorted(((questions[label] / count, label) for label, count in labels.items() if count > 1), reverse=True)
    if len(shares) > 1:
        (best, asker), (second, _) = shares[0], shares[1]
        others = sum(words[label] for label in labels if label != asker)
        if best >= _QUESTION_SHARE and best - second >= _QUESTION_LEAD and words[asker] <= others:
            return {asker}
    return set()


def _milliseconds(time: str) -> int:
    parts = [float(part) for part in time.replace(",", ".").split(":")]
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    return round(seconds * 1000)
