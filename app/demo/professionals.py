"""Invented support workers and their answers to the mirror questionnaire."""

import random
from dataclasses import dataclass

from app.demo.answers import BRANCHES, Answers, OpenAnswers, scale
from app.demo.people import SITES

WORKERS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One invented support worker; `frame` is programme, usual support, or both."""

    pseudonym: str
    site: str
    frame: str
    function: str


def invent_workers(interviewed: dict[str, str], *, seed: int) -> list[Worker]:
    """Return 48 workers; `interviewed` gives the site of those whose interview was written, by pseudonym."""
    rng = random.Random(seed)
    workers = []
    for position in range(1, WORKERS + 1):
        pseudonym = f"HL-P-{position:03d}"
        workers.append(
            Worker(
                pseudonym=pseudonym,
                site=interviewed.get(pseudonym) or rng.choice(SITES),
                frame=rng.choices(("passerelle", "habituel", "les_deux"), (4, 5, 3))[0],
                function=rng.choices(
                    ("referent", "insertion", "coordination", "animation", "encadrement"), (6, 5, 2, 2, 1)
                )[0],
            )
        )
    return workers


def invent_worker_answers(worker: Worker, wave: str, *, rng: random.Random, open_answers: OpenAnswers) -> Answers:
    """Return the answers of one worker in one wave by item name; items the form will hide may be among them."""
    site, branches = BRANCHES[worker.site]
    inside = worker.frame != "habituel"
    answers: Answers = {
        "code_pro": worker.pseudonym,
        "vague": wave,
        "accord": "OK",
        "site": site,
        "antenne": rng.choice(branches),
        "fonction": worker.function,
        "anciennete": rng.randrange(0, 24),
        "cadre": worker.frame,
        "emploi_choix": rng.choices(("choisi", "subi", "les_deux", "nsp"), (18, 50, 27, 5))[0],
        "difficultes": sorted(rng.sample(("garde", "transport", "sante", "logement", "argent", "papiers"), 3)),
        "isolement": scale(3.9, rng),
        # Workers think the fear of sanction smaller than those who live with it say.
        "peur_sanction": scale(2.5, rng),
        "demarches": scale(3.0, rng),
        "confiance": min(10, max(0, round(rng.gauss(6.8, 1.5)))),
        "aide_rang": _ranking(rng),
        "coordination_heures": max(0, round(rng.gauss(9 if inside else 5, 3) * 2) / 2),
        "coordination_cause": rng.choice(("reunions", "outils", "partenaires", "remplacements")),
        "posture": scale(3.4 if inside else 2.9, rng),
        "posture_gene": scale(3.2 if inside else 2.6, rng),
        "equipe": scale(3.6, rng),
    }
    if inside:
        answers["participation_motif"] = rng.choices(
            ("sanction", "temoignage", "travail", "lien", "conseil", "autre"), (16, 12, 34, 22, 12, 4)
        )[0]
        answers["refus_raison"] = rng.choices(
            ("garde", "transport", "sante", "horaires", "confiance", "courrier", "travail", "autre"),
            (20, 12, 8, 20, 22, 6, 6, 6),
        )[0]
    for item in ("ouv_metier", "ouv_changer"):
        text = open_answers.take(item, "professional")
        if text:
            answers[item] = text
    return answers


def _ranking(rng: random.Random) -> list[str]:
    pull = {"individuel": 1.2, "pairs": 0.5, "formation": 0.9, "concret": 0.6}
    return sorted(pull, key=lambda name: -(pull[name] + rng.gauss(0, 0.7)))
