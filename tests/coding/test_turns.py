import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.turns import propose_same, recognise


def said(text):
    """What each turn says, by label."""
    return [(turn.label, text[turn.start : turn.end]) for turn in recognise(text).turns]


def interviewers(text):
    return [speaker.label for speaker in recognise(text).speakers if speaker.is_interviewer]


ANSWERS = [
    ("{}", "Bonjour, ça va ?"),
    ("{}", "Oui."),
    ("{}", "Et ensuite ?"),
    ("{}", "Là, j'ai attendu longtemps, très longtemps."),
]


@pytest.mark.parametrize(
    ("pattern", "asks", "answers"),
    [
        ("{} : ", "Enquêtrice", "Nadège"), ("{}: ", "L1", "L2"), ("{}\u202f: ", "Intervieweur", "Mme Dupont"),
        ("[{}] ", "Camille", "Nadège"), ("[{}] : ", "E", "N"), ("({}) ", "Question", "Réponse"),
        ("{} : ", "Q", "R"), ("{} – ", "CAMILLE", "NADÈGE"), ("{} - ", "E", "N1"), ("{}\t", "Enquêtrice", "Nadège"),
        ("{}\n", "CAMILLE", "NADÈGE"), ("{} :\n", "Camille", "Nadège"), ("[00:12:33] {} : ", "Camille", "Nadège"),
        ("00:12:33 {} : ", "Camille", "Nadège"), ("{} [12:33] : ", "Camille", "Nadège"),
        ("{} 0:12\n", "Camille", "Ana"),
        ("{} (12:33) : ", "Camille", "Jean-Noël"), ("**{}** : ", "Camille", "Nadège"),
        ("{} : ", "Camille Martin", "Femme 2"), ("[00:12:33]\n{} : ", "Camille", "Nadège"),
    ],
)  # fmt: skip
def test_recognise_finds_the_label_however_it_is_typed(pattern, asks, answers):
    text = "\n".join(
        pattern.format(asks if number % 2 == 0 else answers) + words for number, (_, words) in enumerate(ANSWERS)
    )

    assert said(text) == [
        (asks, "Bonjour, ça va ?"), (answers, "Oui."), (asks, "Et ensuite ?"),
        (answers, "Là, j'ai attendu longtemps, très longtemps."),
    ]  # fmt: skip
    assert interviewers(text) == [asks]


@pytest.mark.parametrize(
    ("time", "milliseconds"),
    [("00:12:33", 753_000), ("[12:33]", 753_000), ("(0:02.5)", 2_500), ("1:00:00,250", 3_600_250)],
)
def test_recognise_reads_the_time_of_a_turn(time, milliseconds):
    text = f"{time} Camille : Bonjour\nAna : Oui\nCamille : Et ?\nAna : Voilà"

    assert [turn.start_ms for turn in recognise(text).turns] == [milliseconds, None, None, None]


def test_recognise_reads_a_time_on_its_own_line():
    text = "[00:01]\nCamille : Bonjour\n[00:05]\nAna : Oui\nCamille : Et ?\nAna : Bien"

    assert [turn.start_ms for turn in recognise(text).turns] == [1_000, 5_000, None, None]


def test_recognise_gives_continuation_paragraphs_to_who_speaks():
    text = "Camille : Racontez.\n\nAna : D'abord la lettre.\n\nEt puis rien.\n\nCamille : Rien ?\nAna : Rien."

    assert said(text)[1] == ("Ana", "D'abord la lettre.\n\nEt puis rien.")


def test_recognise_leaves_a_colon_inside_speech_alone():
    text = (
        "Camille : Racontez.\nAna : Elle m'a dit : venez.\nElle m'a dit : venez demain.\n"
        "Donc : voilà.\nCamille : Oui ?\nAna : Oui."
    )

    assert said(text)[1] == ("Ana", "Elle m'a dit : venez.\nElle m'a dit : venez demain.\nDonc : voilà.")


def test_recognise_keeps_a_heading_apart():
    text = "Entretien du 3 mars\n\nCamille : Bonjour ?\nAna : Bonjour.\nCamille : Oui ?\nAna : Oui."

    assert said(text)[0] == ("", "Entretien du 3 mars")


def test_recognise_without_speakers_makes_each_paragraph_a_turn():
    text = "Il était une fois.\n\nUne autre fois : rien.\n  Fin.  "
    found = recognise(text)

    assert said(text) == [("", "Il était une fois."), ("", "Une autre fois : rien."), ("", "Fin.")]
    assert found.speakers == ()


def test_recognise_proposes_a_misspelt_label_as_the_same():
    lines = ["Enquêtrice : Et ?", "Nadège : Oui."] * 5 + ["Enquétrice : Alors ?", "Nadége : Non.", "Nadgèe : Si."]
    found = {speaker.label: speaker.same_as for speaker in recognise("\n".join(lines)).speakers}

    assert found == {
        "Enquêtrice": None, "Nadège": None, "Enquétrice": "Enquêtrice", "Nadége": "Nadège", "Nadgèe": "Nadège"
    }  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [("L1", "L2"), ("Femme 1", "Femme 2"), ("Simon", "Simone"), ("Ana", "Ada")])
def test_propose_same_keeps_two_people_apart(one, other):
    assert propose_same(Counter({one: 20, other: 2})) == {}


def test_interviewer_is_who_asks_when_no_name_tells():
    lines = ["Camille : Et alors ?", "Ana : On a attendu longtemps, là."] * 4 + ["Camille : Merci."]

    assert interviewers("\n".join(lines)) == ["Camille"]


def test_nobody_interviews_when_nobody_asks_more():
    assert interviewers("Léa : Oui.\nAna : Non.\nLéa : Si.\nAna : Bon.") == []


@given(st.text(alphabet="AbÉ1 :\n[]()–-.?\t0", max_size=120))
def test_recognise_gives_turns_in_order_with_words(text):
    turns = recognise(text).turns

    assert all(text[turn.start : turn.end].strip() == text[turn.start : turn.end] != "" for turn in turns)
    assert all(one.end <= other.start for one, other in itertools.pairwise(turns))
