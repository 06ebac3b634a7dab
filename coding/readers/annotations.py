"""Annotations of recordings: ELAN (.eaf) and Transcriber (.trs). Tiers and turns become cues with their speaker."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coding.readers.cues import Cue, read_cues
from coding.readers.reading import Notice, Reading
from core.archives import parse_xml
from core.errors import Invalid

# Transcriber names its DTD in every file; nothing is fetched, and the rest of the file may not declare anything.
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+Trans\s+SYSTEM\s+(?:\"[^\"]*\"|'[^']*')\s*>")


@dataclass(frozen=True, slots=True)
class _Tier:
    name: str
    parent: str
    label: str
    annotations: tuple[Cue, ...]

    @property
    def has_words(self) -> bool:
        return any(cue.words for cue in self.annotations)


def read_elan(content: bytes, *, file: str) -> Reading:
    """Read the tiers of an ELAN file that stand on their own; those that comment on them are left out and named.

    Raises: Invalid: broken XML with its line; `coding.no_annotation` when nothing is said in it.
    """
    root = parse_xml(content, file=file)
    tiers = _tiers(root)
    spoken = [_spoken(tier, tiers) for tier in tiers if not tier.parent]
    cues = [cue for tier in spoken for cue in tier.annotations if cue.words]
    if not cues:
        raise Invalid("coding.no_annotation", file=file)
    left_out = [tier.name for tier in tiers if tier.has_words and tier not in spoken]
    notices = (Notice("coding.notice_tiers", {"names": ", ".join(left_out)}),) if left_out else ()
    return read_cues(sorted(cues, key=lambda cue: cue.start_ms), "eaf", notices)


def _tiers(root: Any) -> list[_Tier]:
    times = _slots(root)
    spans: dict[str, tuple[int, int]] = {}
    found = []
    # A tier may come before the one it rests on: its annotations then find their times at the second look.
    elements = [element for element in root if element.tag == "TIER"]
    for _look in range(_depth(elements)):
        for element in elements:
            for annotation in element.iter():
                span = _span(annotation, times, spans)
                if span is not None:
                    spans[annotation.get("ANNOTATION_ID", "")] = span
    for element in elements:
        name = element.get("TIER_ID", "")
        label = element.get("PARTICIPANT", "").strip() or name.rpartition("@")[2].strip()
        annotations = tuple(
            Cue(*spans[annotation.get("ANNOTATION_ID", "")], label, _words(annotation.findtext("ANNOTATION_VALUE")))
            for annotation in element.iter()
            if annotation.get("ANNOTATION_ID", "") in spans
        )
        found.append(_Tier(name, element.get("PARENT_REF", ""), label, annotations))
    return found


def _depth(elements: list[Any]) -> int:
    parents = {element.get("TIER_ID", ""): element.get("PARENT_REF", "") for element in elements}
    deepest = 1
    for name in parents:
        seen = [name]
        while parents.get(seen[-1]) and parents[seen[-1]] not in seen:
            seen.append(parents[seen[-1]])
        deepest = max(deepest, len(seen))
    return deepest


def _span(annotation: Any, times: dict[str, int], spans: dict[str, tuple[int, int]]) -> tuple[int, int] | None:
    if annotation.tag == "ALIGNABLE_ANNOTATION":
        start = times.get(annotation.get("TIME_SLOT_REF1", ""))
        end = times.get(annotation.get("TIME_SLOT_REF2", ""))
        return None if start is None or end is None else (start, end)
    if annotation.tag == "REF_ANNOTATION":
        return spans.get(annotation.get("ANNOTATION_REF", ""))
    return None


def _slots(root: Any) -> dict[str, int]:
    """Return the milliseconds of each time slot; those without a time lie evenly between their neighbours."""
    slots = [(slot.get("TIME_SLOT_ID", ""), slot.get("TIME_VALUE", "")) for slot in root.iter("TIME_SLOT")]
    times: dict[str, int] = {}
    waiting: list[str] = []
    last = 0
    for name, value in slots:
        if not (value.isascii() and value.isdigit()):
            waiting.append(name)
            continue
        step = (int(value) - last) / (len(waiting) + 1)
        times |= {slot: round(last + step * place) for place, slot in enumerate(waiting, start=1)}
        waiting.clear()
        last = times[name] = int(value)
    return times | dict.fromkeys(waiting, last)


def _spoken(tier: _Tier, tiers: list[_Tier]) -> _Tier:
    """Return the tier, or where it only marks stretches, the one resting on it that says the most."""
    if tier.has_words:
        return tier
    resting = [other for other in tiers if other.parent == tier.name and other.has_words]
    return max(resting, key=lambda other: sum(len(cue.words) for cue in other.annotations), default=tier)


def read_transcriber(content: bytes, *, file: str) -> Reading:
    """Read the turns of a Transcriber file; noises are kept as « [rire] », other marks and comments left out.

    Raises: Invalid: broken XML with its line; `coding.no_annotation` when nothing is said in it.
    """
    root = parse_xml(_DOCTYPE.sub(b"", content, count=1), file=file)
    names = {
        speaker.get("id", ""): _words(speaker.get("name")) or speaker.get("id", "") for speaker in root.iter("Speaker")
    }
    cues = [cue for turn in root.iter("Turn") for cue in _turn_cues(turn, names) if cue.words]
    if not cues:
        raise Invalid("coding.no_annotation", file=file)
    comments = sum(1 for _comment in root.iter("Comment"))
    notices = (Notice("coding.notice_comment", {"count": comments}),) if comments else ()
    return read_cues(cues, "trs", notices)


def _turn_cues(turn: Any, names: dict[str, str]) -> Iterator[Cue]:
    labels = [names.get(key, key) for key in turn.get("speaker", "").split()] or [""]
    start, end = _milliseconds(turn.get("startTime")), _milliseconds(turn.get("endTime"))
    label = labels[0]
    said = [turn.text or ""]
    for mark in turn:
        if mark.tag in {"Sync", "Who"}:
            time = max(start, _milliseconds(mark.get("time"))) if mark.tag == "Sync" else start
            yield Cue(start, time if mark.tag == "Sync" else end, label, _words("".join(said)))
            said, start = [], time
            label = labels[min(len(labels), max(1, _number(mark.get("nb")))) - 1] if mark.tag == "Who" else labels[0]
        elif mark.tag == "Event" and mark.get("type", "noise") == "noise" and mark.get("desc", "").strip():
            said.append(f" [{mark.get('desc').strip()}] ")
        said.append(mark.tail or "")
    yield Cue(start, end, label, _words("".join(said)))


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 1


def _milliseconds(seconds: str | None) -> int:
    try:
        return max(0, round(float(seconds or 0) * 1000))
    except (ValueError, OverflowError):
        return 0
