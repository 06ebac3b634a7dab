"""Invented answers, wave by wave, that follow from a household's ease and from nothing the programme does to work."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from app.demo.people import Household, logistic

WAVES = ("T0", "T1", "T2")
# Who answers does not depend on the arm: attrition is real, differential attrition is not part of this truth.
RESPONSE_RATES = {"T0": 0.94, "T1": 0.79, "T2": 0.72}
EMPLOYMENT_INTERCEPTS = {"T0": -2.6, "T1": -1.7, "T2": -1.3}
EMPLOYMENT_SLOPE = 0.9
BRANCHES = {
    "Aubremont": ("aubremont", ("aub_centre", "aub_tanneries")),
    "Valcendre": ("valcendre", ("val_mairie", "val_forges")),
    "Port-Clairan": ("port_clairan", ("pc_quai", "pc_hauts")),
}

Answers = dict[str, Any]


class OpenAnswers:
    """Hands out the written open answers of a group, each at most once."""

    def __init__(self, rows: list[dict[str, str]], rng: random.Random) -> None:
        self._texts: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            self._texts.setdefault((row["item"], row["group"]), []).append(row["text"])
        for texts in self._texts.values():
            rng.shuffle(texts)

    def take(self, item: str, group: str) -> str | None:
        """Return one text not yet given, None when they are spent."""
        texts = self._texts.get((item, group))
        return texts.pop() if texts else None


def responds(wave: str, rng: random.Random) -> bool:
    """Say whether this person answers in this wave."""
    return rng.random() < RESPONSE_RATES[wave]


def invent_answers(
    household: Household, wave: str, *, rng: random.Random, opens_on: date, open_answers: OpenAnswers
) -> Answers:
    """Return the answers of one person in one wave by item name; items that the form will hide may be among them."""
    site, branches = BRANCHES[household.site]
    works = rng.random() < logistic(EMPLOYMENT_INTERCEPTS[wave] + EMPLOYMENT_SLOPE * household.ease)
    # Weeks taken by sessions are not taken by a job: those in the programme work a little less while it lasts.
    if wave == "T1" and household.enrolled and works and rng.random() < 0.3:
        works = False
    answers: Answers = {
        "code_personne": household.pseudonym,
        "vague": wave,
        "accord": "OK",
        "site": site,
        "antenne": rng.choice(branches),
        "enfants_charge": int(household.children) + (household.children == "3" and rng.random() < 0.4),
        "transport_mode": rng.choices(
            ("pied_velo", "bus_car", "voiture", "conduit", "aucun"),
            (2, 5, 3 if household.ease > 0 else 1, 1, 1 if household.ease > 0 else 3),
        )[0],
        "garde_renonce": "oui" if rng.random() < logistic(-0.3 - household.ease) else "non",
        "sante": scale(3.1 + 0.6 * household.ease, rng),
        "difficultes": _difficulties(household, rng),
        "revenus_ressenti": scale(2.1 + 0.4 * household.ease + 0.5 * works, rng),
        "demarches": scale(2.9 + 0.3 * household.ease + 0.3 * household.enrolled * (wave != "T0"), rng),
        "interlocuteurs": max(0, round(rng.gauss(3.5 + 1.5 * household.enrolled * (wave == "T1"), 1.6))),
        "aide_rang": _ranking(household, wave, rng),
        "entretien_accord": "oui" if rng.random() < 0.45 else "non",
    }
    answers |= _work(works, household, rng, opens_on)
    answers |= _morale(household, wave, rng)
    answers |= _support(household, wave, rng)
    if answers["entretien_accord"] == "oui":
        answers["entretien_moment"] = sorted(rng.sample(("matin", "apres_midi", "soir", "samedi"), rng.choice((1, 2))))
    answers |= dict(_open_texts(household, wave, rng, open_answers))
    return answers


def scale(centre: float, rng: random.Random, low: int = 1, high: int = 5) -> str:
    """Return a mark around `centre` on a scale from `low` to `high`."""
    return str(min(high, max(low, round(rng.gauss(centre, 0.9)))))


def _work(works: bool, household: Household, rng: random.Random, opens_on: date) -> Answers:
    if not works:
        weights = (3, 5 + 2 * (household.ease > 0), 3, 1)
        return {"emploi_situation": rng.choices(("formation", "recherche", "pas_recherche", "nsp"), weights)[0]}
    is_part_time = rng.random() < 0.72  # the share published for such programmes
    hours = rng.choice((8, 10, 12, 15, 17.5, 20, 24, 28)) if is_part_time else rng.choice((35, 35, 37.5, 39))
    return {
        "emploi_situation": "emploi",
        "emploi_heures": hours,
        "emploi_choix": rng.choices(("choisi", "subi", "les_deux", "nsp"), (22, 56, 18, 4))[0],
        "emploi_debut": (opens_on - timedelta(days=rng.randrange(20, 400))).isoformat(),
    }


def _morale(household: Household, wave: str, rng: random.Random) -> Answers:
    # The gain in company while the group lasts, mostly gone a year later: what interviews tell and employment hides.
    company = 0.5 * household.enrolled * (wave == "T1") + 0.2 * household.enrolled * (wave == "T2")
    centre = 2.9 + 0.35 * household.ease + company
    return {
        "moral_capable": scale(centre, rng),
        "moral_fierte": scale(centre - 0.1, rng),
        "moral_inutile": scale(6 - centre, rng),
        "moral_avenir": scale(centre - 0.3, rng),
        "isolement": scale(3.5 - 0.2 * household.ease - 1.2 * company, rng),
    }


def _support(household: Household, wave: str, rng: random.Random) -> Answers:
    answers: Answers = {
        "confiance": min(10, max(0, round(rng.gauss(5.4 + 0.9 * household.enrolled * (wave != "T0"), 2.2)))),
        "peur_sanction": scale(3.2 + 0.3 * household.is_invited * (wave == "T0") - 0.2 * household.ease, rng),
    }
    if wave == "T0":
        return answers
    if household.enrolled:
        answers["participation"] = "complete" if rng.random() < logistic(0.9 + household.ease) else "partielle"
        answers["participation_motif"] = rng.choices(
            ("sanction", "temoignage", "travail", "lien", "conseil", "autre"), (38, 20, 18, 10, 10, 4)
        )[0]
    elif household.is_invited:
        answers["participation"] = "refus"
        answers["refus_raison"] = rng.choices(
            ("garde", "transport", "sante", "horaires", "confiance", "courrier", "travail", "autre"),
            (26, 15, 17, 12, 12, 8, 6, 4),
        )[0]
    else:
        answers["participation"] = "non_propose"
    return answers


def _difficulties(household: Household, rng: random.Random) -> list[str]:
    odds = {
        "garde": -0.3,
        "transport": -0.6,
        "sante": -0.9,
        "logement": -1.1,
        "argent": 0.9,
        "papiers": -0.4,
        "solitude": -0.3,
        "moral": -0.6,
    }
    met = [name for name, intercept in odds.items() if rng.random() < logistic(intercept - 0.6 * household.ease)]
    return met or ["aucune"]


def _ranking(household: Household, wave: str, rng: random.Random) -> list[str]:
    peers = 1.1 if household.enrolled and wave != "T0" else 0.2
    pull = {"individuel": 0.8, "pairs": peers, "formation": 0.4, "concret": 1.0}
    return sorted(pull, key=lambda name: -(pull[name] + rng.gauss(0, 0.8)))


def _open_texts(
    household: Household, wave: str, rng: random.Random, open_answers: OpenAnswers
) -> Iterator[tuple[str, str]]:
    if wave == "T0" or rng.random() > 0.35:
        return
    group = "enrolled" if household.enrolled else "refused" if household.is_invited else "control"
    for item in ("ouv_aide", "ouv_difficile", "ouv_changer"):
        text = open_answers.take(item, group)
        if text:
            yield item, text
