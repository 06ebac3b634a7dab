"""Conditions in sentences, in both languages and both voices."""

import pytest
from flask_babel import force_locale

from app.wording.conditions import Names, Voice, quoted_names, word_clauses, word_condition
from surveys.conditions import describe
from surveys.expressions import parse
from tests.factories.surveys import structure_of, survey

STRUCTURE = structure_of(
    survey(
        "select_one yn | works | **Travaillez-vous** ? |",
        "select_multiple help | helped | Qui vous aide ? |",
        "integer | age | Votre âge |",
        "integer | children | Vos enfants |",
        "text | town | Votre ville |",
        "date | since | Depuis quand |",
        "acknowledge | agree | D'accord |",
        "text | last | Fin |",
        choices=(
            "yn | yes | Oui |",
            "yn | no | Non |",
            "help | peer | Un pair |",
            "help | pro | Une professionnelle |",
            "help | kin | La famille |",
        ),
    )
)
NUMBERS = {"works": 1, "helped": 2, "age": 3, "children": 4, "town": 5, "since": 6, "agree": 7}
N = "\u202f"


def numbered(word):
    quoted = quoted_names(STRUCTURE, "fr")
    return Names(lambda key: f"{word} {NUMBERS[key]}", quoted.choice)


def say(source, locale="fr", voice=Voice.AUTHOR):
    names = quoted_names(STRUCTURE, "fr")
    if voice is Voice.READER:
        names = numbered("la question" if locale == "fr" else "question")
    with force_locale(locale):
        condition = describe(STRUCTURE, parse(source), at=STRUCTURE.by_key["last"])
        return word_condition(condition, STRUCTURE, names, voice=voice).replace(N, " ")


@pytest.mark.parametrize(
    ("source", "french", "english"),
    [
        ("${works} = 'yes'", "« Travaillez-vous ? » est « Oui »", "“Travaillez-vous ?” is “Oui”"),
        ("${works} != 'yes'", "« Travaillez-vous ? » n’est pas « Oui »", "“Travaillez-vous ?” is not “Oui”"),
        (
            "selected(${helped}, 'peer') or selected(${helped}, 'pro') or selected(${helped}, 'kin')",
            "« Qui vous aide ? » comprend « Un pair », « Une professionnelle » ou « La famille »",
            "“Qui vous aide ?” includes “Un pair”, “Une professionnelle”, or “La famille”",
        ),
        (
            "not(selected(${helped}, 'peer'))",
            "« Qui vous aide ? » ne comprend pas « Un pair »",
            "“Qui vous aide ?” does not include “Un pair”",
        ),
        ("${age} >= 18", "« Votre âge » vaut au moins 18", "“Votre âge” is at least 18"),
        (
            "not(${age} > 17.5)",
            "« Votre âge » vaut au plus 17,5 ou « Votre âge » n’a pas de réponse",
            "“Votre âge” is at most 17.5 or “Votre âge” has no answer",
        ),
        (
            "${children} > ${age}",
            "« Vos enfants » vaut plus de la réponse à « Votre âge »",
            "“Vos enfants” is more than the answer to “Votre âge”",
        ),
        ("${town} = 'Nancy'", "« Votre ville » est « Nancy »", "“Votre ville” is “Nancy”"),
        (
            "${since} < '2024-01-31'",
            "« Depuis quand » est avant le 31 janvier 2024",
            "“Depuis quand” is before January 31, 2024",
        ),
        ("${since} >= today()", "« Depuis quand » n’est pas avant aujourd’hui", "“Depuis quand” is not before today"),
        ("${agree} = 'OK'", "« D'accord » est coché", "“D'accord” is ticked"),
        (
            "count-selected(${helped}) > 1",
            "le nombre de réponses cochées à « Qui vous aide ? » vaut plus de 1",
            "the number of answers ticked in “Qui vous aide ?” is more than 1",
        ),
        (
            "${works} = 'yes' and (${age} < 18 or ${town} != '')",
            "« Travaillez-vous ? » est « Oui » et (« Votre âge » vaut moins de 18 ou « Votre ville » a une réponse)",
            "“Travaillez-vous ?” is “Oui” and (“Votre âge” is less than 18 or “Votre ville” has an answer)",
        ),
        (
            "regex(${town}, '^N')",
            "la formule regex(« Votre ville », '^N') est vraie",
            "the formula regex(“Votre ville”, '^N') holds",
        ),
        ("true()", "toujours", "always"),
        ("${works} = 'perhaps'", "« Travaillez-vous ? » est « perhaps »", "“Travaillez-vous ?” is “perhaps”"),
    ],
)
def test_author_reads_labels(app, source, french, english):
    assert (say(source), say(source, "en")) == (french, english)


@pytest.mark.parametrize(
    ("source", "french", "english"),
    [
        (
            "${works} = 'no'",
            "vous avez répondu « Non » à la question 1",
            "you answered “Non” to question 1",
        ),
        (
            "${works} != 'no'",
            "vous n’avez pas répondu « Non » à la question 1",
            "you did not answer “Non” to question 1",
        ),
        (
            "selected(${helped}, 'peer')",
            "vous avez coché « Un pair » à la question 2",
            "you ticked “Un pair” in question 2",
        ),
        ("${town} != ''", "vous avez répondu à la question 5", "you answered question 5"),
        ("${town} = ''", "vous n’avez pas répondu à la question 5", "you did not answer question 5"),
        ("${age} < 18", "votre réponse à la question 3 vaut moins de 18", "your answer to question 3 is less than 18"),
        (
            "${age} = ${children}",
            "votre réponse à la question 3 est identique à la réponse à la question 4",
            "your answer to question 3 is the same as the answer to question 4",
        ),
    ],
)
def test_reader_is_spoken_to(app, source, french, english):
    assert (say(source, voice=Voice.READER), say(source, "en", Voice.READER)) == (french, english)


def test_clauses_are_what_must_hold_together(app):
    condition = describe(STRUCTURE, parse("${works} = 'yes' and ${age} > 17"), at=STRUCTURE.by_key["last"])
    with force_locale("fr"):
        clauses = word_clauses(condition, STRUCTURE, numbered("la question"), voice=Voice.READER)

    assert [clause.replace(N, " ") for clause in clauses] == [
        "vous avez répondu « Oui » à la question 1",
        "votre réponse à la question 3 vaut plus de 17",
    ]
