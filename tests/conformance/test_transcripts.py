"""Real transcripts: oral stories in text, WebVTT and SubRip that tell the same turns; one recording annotated twice."""

import re
from pathlib import Path

import pytest

from coding.transcripts import preview

FOLDER = Path(__file__).parents[3] / "shared" / "samples" / "transcripts"
FILES = sorted(FOLDER.glob("*.txt")) + sorted(FOLDER.glob("*.vtt")) + sorted(FOLDER.glob("*.srt"))


@pytest.mark.skipif(not FILES, reason="the shared samples are not beside this repository")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_sample_is_read_with_its_speakers(path):
    draft = preview(path.name, path.read_bytes())
    content = path.read_text(encoding="utf-8")

    # An unknown voice is labelled 0 in these subtitles; a figure alone is no label in plain text.
    pattern = r"<v (\w+)>" if path.suffix == ".vtt" else r"^(L\d|0):" if path.suffix == ".srt" else r"^(L\d):"
    labels = set(re.findall(pattern, content, re.MULTILINE))
    assert {speaker.label for speaker in draft.speakers} == labels
    assert not any(re.match(r"L\d\s*:", draft.text[turn.start : turn.end]) for turn in draft.turns)
    assert draft.word_count == sum(len(draft.text[turn.start : turn.end].split()) for turn in draft.turns)


@pytest.mark.parametrize("stem", sorted({path.stem for path in FILES if path.suffix == ".srt"}))
def test_subtitles_and_text_say_the_same_words(stem):
    def words(suffix):
        path = FOLDER / f"{stem}{suffix}"
        draft = preview(path.name, path.read_bytes())
        return " ".join(draft.text[turn.start : turn.end] for turn in draft.turns).split()

    assert words(".vtt") == words(".srt")


@pytest.mark.skipif(not FILES, reason="the shared samples are not beside this repository")
def test_elan_and_praat_tell_the_same_turns():
    def told(suffix):
        [path] = FOLDER.glob(f"*{suffix}")
        draft = preview(path.name, path.read_bytes())
        return [
            (turn.label, draft.text[turn.start : turn.end], round(turn.start_ms / 10), round(turn.end_ms / 10))
            for turn in draft.turns
        ]

    assert told(".eaf") == told(".TextGrid")
    assert {label for label, *_rest in told(".eaf")} == {"Maureen", "Marvin", "Robin"}
