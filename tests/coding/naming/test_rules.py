"""What has the shape of an identifier is found, whole; what only looks like one is not."""

import pytest

from coding.naming.models import NameKind
from coding.naming.rules import find_by_rules


def found(text):
    return [(each.kind, text[each.start : each.end]) for each in find_by_rules(text)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Appelez le 06 12 34 56 78 demain", NameKind.PHONE, "06 12 34 56 78"),
        ("au +33 6.12.34.56.78.", NameKind.PHONE, "+33 6.12.34.56.78"),
        ("0033(0)1-23-45-67-89", NameKind.PHONE, "0033(0)1-23-45-67-89"),
        ("écrivez à nadege.exemple+rsa@poste.example.org !", NameKind.EMAIL, "nadege.exemple+rsa@poste.example.org"),
        ("mon numéro 2 84 05 88 888 888 07 là", NameKind.SOCIAL_NUMBER, "2 84 05 88 888 888 07"),
        ("en Corse 184052A888888", NameKind.SOCIAL_NUMBER, "184052A888888"),
        ("allocataire, c'est le 1234567 B", NameKind.ALLOCATION, "1234567 B"),
        ("je suis née le 3 mars 1987 à", NameKind.BIRTH_DATE, "3 mars 1987"),
        ("Né le 03/03/1987", NameKind.BIRTH_DATE, "03/03/1987"),
        ("j'habite 12 bis, rue de la Belle-Étoile Verte, au", NameKind.ADDRESS, "12 bis, rue de la Belle-Étoile Verte"),
        ("au 4 avenue du 8 mai", NameKind.ADDRESS, "4 avenue du 8"),
        ("67000 Villeneuve-sous-Bois", NameKind.PLACE, "67000 Villeneuve-sous-Bois"),
        ("FR76 3000 6000 0112 3456 7890 189 voilà", NameKind.ACCOUNT, "FR76 3000 6000 0112 3456 7890 189"),
        ("la voiture AB-123-CD", NameKind.OTHER, "AB-123-CD"),
        ("sur www.exemple.org/moi.", NameKind.OTHER, "www.exemple.org/moi"),
        ("suivez @nadege_x", NameKind.OTHER, "@nadege_x"),
        ("Madame Lagrange-Test m'a dit", NameKind.PERSON, "Lagrange-Test"),
        ("chez tonton Abdou", NameKind.PERSON, "Abdou"),
    ],
)
def test_rule_finds_the_whole_of_it(text, kind, words):
    assert found(text) == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "il y a 12 personnes sur 60000 en tout",
        "2 84 05 88 888 888 08",  # a number whose key is wrong
        "madame est venue, monsieur aussi",
        "12 rue, c'est loin",
        "depuis 2019 à 14 h 30",
        "le 3 mars 2020 on m'a écrit",
        "",
    ],
)
def test_rule_leaves_what_identifies_nobody(text):
    assert found(text) == []
