"""What the labelled .sav of 10,000 people asked 30 items in 3 waves costs: CPU seconds and peak memory of its job.

Run by hand: `python -m benchmarks.export_answers [people] [format]`. A database is made in a temporary folder (SQLite);
the export runs in a process of its own, as in the worker, and is the only thing measured.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

WAVES = 3
KINDS = ("select_one", "select_multiple", "integer", "decimal", "text", "date")
ITEMS = 30
SENTENCE = "Je cherche un travail à mi-temps près de chez moi, avec des horaires qui vont avec l’école. "


def form() -> str:
    """Write a form of 30 items of six kinds."""
    rows = ["| survey |", "| | type | name | label |"]
    for number in range(ITEMS):
        kind = KINDS[number % len(KINDS)]
        listed = f"{kind} list" if kind.startswith("select") else kind
        rows.append(f"| | {listed} | item_{number} | Question numéro {number}, en quelques mots ? |")
    rows += ["| choices |", "| | list_name | name | label |"]
    rows += [f"| | list | choice_{number} | Réponse {number} |" for number in range(5)]
    return "\n".join(rows)


def value(kind: str, chance: random.Random) -> object:
    """Invent an answer."""
    if kind == "select_one":
        return f"choice_{chance.randrange(5)}"
    if kind == "select_multiple":
        return [f"choice_{each}" for each in range(5) if chance.random() < 0.4] or ["choice_0"]
    if kind == "integer":
        return chance.randrange(100)
    if kind == "decimal":
        return round(chance.uniform(0, 40), 1)
    if kind == "text":
        return SENTENCE * chance.randrange(1, 4)
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(300))).date().isoformat()


def fill(people: int) -> dict[str, str]:
    """Make the study and its answers, complete, one in fifty refused; return the arguments of the export."""
    from sqlalchemy import insert

    import config
    from app.extensions import db
    from app.factory import create_app
    from core.clock import now
    from core.db import Base
    from studies.models import Participant, Population, PopulationKind, Study, Wave
    from surveys.models import Answer, Missing, Response, ResponseMode, ResponseState
    from surveys.services import import_questionnaire, open_collection, publish

    app = create_app(config.load(os.environ))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        session, chance, moment = db.session(), random.Random(1), now()
        study = Study(key="bench", title="Mesure")
        session.add(study)
        session.flush()
        population = Population(study_id=study.id, kind=PopulationKind.BENEFICIARY, name="Personnes")
        session.add(population)
        session.flush()
        version = import_questionnaire(session, study.id, file_name="form.md", content=form().encode())
        publish(session, study.id, version.id)
        persons = [uuid.UUID(int=chance.getrandbits(128)) for _ in range(people)]
        session.execute(
            insert(Participant),
            [
                {"id": each, "study_id": study.id, "population_id": population.id, "pseudonym": f"P{number:05d}"}
                for number, each in enumerate(persons)
            ],
        )
        for number in range(WAVES):
            wave = Wave(study_id=study.id, name=f"T{number}", position=number)
            session.add(wave)
            session.flush()
            collection = open_collection(
                session, study.id, version_id=version.id, title=f"Vague {number}", wave_id=wave.id
            )
            for start in range(0, people, 1000):
                ids = {each: uuid.UUID(int=chance.getrandbits(128)) for each in persons[start : start + 1000]}
                session.execute(
                    insert(Response),
                    [
                        {
                            "id": id_, "collection_id": collection.id, "version_id": version.id, "participant_id": each,
                            "resume_hash": id_.hex, "locale": "fr", "mode": ResponseMode.ALONE, "submitted_at": moment,
                            "state": ResponseState.SUBMITTED,
                        }
                        for each, id_ in ids.items()
                    ],
                )  # fmt: skip
                rows = []
                for id_ in ids.values():
                    for item in range(ITEMS):
                        refused = chance.random() < 0.02
                        given = None if refused else value(KINDS[item % len(KINDS)], chance)
                        absence = Missing.REFUSED if refused else None
                        rows.append(
                            {"response_id": id_, "item_name": f"item_{item}", "value": given, "missing": absence}
                        )
                session.execute(insert(Answer), rows)
            session.commit()
        found = {"study_id": str(study.id), "target_id": str(version.questionnaire_id)}
        db.engine.dispose()
    return found


def export(arguments: dict[str, str], kind: str) -> None:
    """Run the body of the job and print what it cost."""
    from app.datafiles.job import body

    order = {**arguments, "export_id": str(uuid.uuid4()), "scope": "questionnaire", "format": kind, "locale": "fr"}
    began = time.perf_counter()
    result = body({**order, "drafts": False}, lambda _progress, _step="": None)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"n = {result['responses']} responses of {ITEMS} items ({kind}): {used.ru_utime + used.ru_stime:.1f} s CPU, "
        f"{time.perf_counter() - began:.1f} s elapsed, peak {used.ru_maxrss / 1024:.0f} MB, "
        f"{result['bytes'] / 1_000_000:.1f} MB written"
    )


def main() -> None:
    """Make the answers, then export them in another process."""
    people, kinds = int((sys.argv[1:] or ["10000"])[0]), sys.argv[2:] or ["spss"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"TRESSE_DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}"}
        arguments = fill(people)
        for kind in kinds:
            code = f"from benchmarks.export_answers import export; export({arguments!r}, {kind!r})"
            subprocess.run([sys.executable, "-c", code], check=True)


if __name__ == "__main__":
    main()
