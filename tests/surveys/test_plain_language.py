"""What makes a text hard to read is found where it stands, and plain texts are left in peace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.plain_language import LANGUAGES, Rule, check_text


def found(text, language="fr", **options):
    return [(each.rule.value, each.words) for each in check_text(text, language, **options)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Avez-vous un travail ?", "fr"),
        ("Combien d’enfants vivent avec vous ?", "fr"),
        ("Qui vous aide ? Vous pouvez cocher 2 réponses.", "fr"),
        ("Votre conseillère vous a aidée. Êtes-vous contente de cette aide ?", "fr"),
        ("Je suis née en France et je suis partie à 3 ans.", "fr"),
        ("Touchez-vous le RSA ? La CAF vous écrit-elle ?", "fr"),
        ("Do you have a job?", "en"),
        ("Who helps you when you look for work?", "en"),
    ],
)
def test_plain_sentence_has_no_remark(text, language):
    assert check_text(text, language, is_easy=True) == ()


@pytest.mark.parametrize(
    ("text", "language", "remarks"),
    [
        ("Vous n’avez pas de travail ?", "fr", [("negation", "n’")]),
        ("Vous ne travaillez jamais ?", "fr", [("negation", "ne")]),
        ("Vous n'allez jamais sans elle à la ville ?", "fr", [("double_negation", "n'allez jamais sans")]),
        ("Ce n'est pas impossible.", "fr", [("double_negation", "n'est pas impossible")]),
        ("Vous êtes suivie par une conseillère.", "fr", [("passive", "êtes suivie par")]),
        ("Avez-vous été reçu ?", "fr", [("passive", "été reçu")]),
        ("Bénéficiez-vous d’une aide ?", "fr", [("hard_word", "Bénéficiez")]),
        ("Votre accompagnement vous aide.", "fr", [("long_word", "accompagnement")]),
        ("Venez à la MDPH.", "fr", [("abbreviation", "MDPH")]),
        ("Bus, train, etc.", "fr", [("abbreviation", "etc.")]),
        ("Avez-vous 20 % d’aide ?", "fr", [("percentage", "0 %")]),
        ("Un tiers du temps ?", "fr", [("percentage", "Un tiers")]),
        ("Avez-vous trois enfants ?", "fr", [("number_in_words", "trois")]),
        ("Un bus et/ou un train ?", "fr", [("and_or", "et/ou")]),
        ("Votre logement (maison) vous plaît ?", "fr", [("aside", "(maison)")]),
        ("You don't work.", "en", [("negation", "n't")]),
        ("It is not impossible.", "en", [("double_negation", "not impossible")]),
        ("You were helped by a friend.", "en", [("passive", "were helped by")]),
        ("Do you require help?", "en", [("hard_word", "require")]),
        ("Do you have two children?", "en", [("number_in_words", "two")]),
    ],
)
def test_hard_place_is_found(text, language, remarks):
    assert found(text, language) == remarks


def test_word_is_given_a_simpler_one():
    assert [each.instead for each in check_text("Percevez-vous des ressources ?", "fr")] == [
        "recevoir",
        "argent que vous avez chaque mois",
    ]


def test_sentence_is_long_sooner_where_it_means_to_be_easy():
    words = "Le bus passe tous les jours devant la maison de mes parents et puis il part ."

    assert found(words) == []
    assert [(each.rule, each.count) for each in check_text(words, "fr", is_easy=True)] == [(Rule.LONG_SENTENCE, 16)]


def test_sentences_are_counted_apart():
    assert found("Le bus passe tous les jours. Il va à la ville. Il part tôt le matin.", is_easy=True) == []


def test_language_that_is_not_known_is_left_in_peace():
    assert check_text("لا أعرف ولا أريد", "ar") == ()


@given(st.text(max_size=300), st.sampled_from(sorted(LANGUAGES)), st.booleans())
def test_remark_names_the_words_at_its_place(text, language, is_easy):
    for each in check_text(text, language, is_easy=is_easy):
        assert text[each.start : each.end] == each.words
        assert each.words != ""
