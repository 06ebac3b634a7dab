"""What a project of 7,000 codings costs: to bring in, to give as QDPX, CSV, XLSX and Word.

Run by hand: `python -m benchmarks.coding_exchange [codings]`. A database is made in a temporary folder (SQLite); CPU
seconds of this process, and its peak memory at the end.
"""

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from uuid import UUID

DOCUMENTS = 60
CODES = 120
SENTENCE = "la lettre est arrivée un matin et je me suis dit ça y est ils vont me couper et le groupe m’a aidée"
WORDS = tuple(SENTENCE.split())


def make_project(codings: int) -> bytes:
    """Return a QDPX of interviews and codings by two people."""
    from coding.exchange import project as files
    from coding.exchange.refi_writer import write_qdpx

    chance = random.Random(7)

    def guid() -> UUID:
        return UUID(int=chance.getrandbits(128), version=4)

    project = files.Project(name="Mesure", users=[files.User(guid(), "A"), files.User(guid(), "B")])
    project.codes = [files.Code(guid(), f"code {number}", colour="#102030") for number in range(CODES)]
    for number in range(DOCUMENTS):
        text = "\n\n".join(
            f"{'Enquêtrice' if turn % 2 else 'Nadège'} : {' '.join(chance.choices(WORDS, k=60))}."
            for turn in range(120)
        )
        source = files.Source(guid(), f"Entretien {number}", text, text=text)
        for _each in range(codings // DOCUMENTS):
            start = chance.randrange(len(text) - 300)
            end = start + chance.randrange(20, 280)
            user = chance.choice(project.users).guid
            coding = files.Coding(guid(), chance.choice(project.codes).guid, user)
            source.selections.append(files.Selection(guid(), start, end, text[start:end], user=user, codings=[coding]))
        project.sources.append(source)
    return write_qdpx(project).content


def measure(name: str, act: Callable[[], object]) -> object:
    """Print the CPU seconds of an act."""
    before = time.process_time()
    result = act()
    print(f"{name:28} {time.process_time() - before:6.2f} s CPU")
    return result


def main() -> None:
    """Measure."""
    codings = int(sys.argv[1]) if len(sys.argv) > 1 else 7_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRESSE_DATA_DIR"] = folder
        import config
        from app.cli.database import prepare
        from app.extensions import db
        from app.factory import create_app
        from coding.exchange import documents
        from coding.exchange.gathering_objects import gather_project
        from coding.exchange.keeping import import_project
        from coding.exchange.opening import read_project
        from coding.exchange.refi_writer import write_qdpx
        from coding.queries import RELEASED, find_segments, list_codes, segments_table
        from core.tables import to_csv, to_xlsx
        from studies.models import Study

        app = create_app(config.load(os.environ))
        prepare(app)
        content = make_project(codings)
        to_xlsx([])  # the library is loaded once a worker
        with app.app_context():
            session = db.session()
            study = Study(key="mesure", title="Mesure")
            session.add(study)
            session.commit()
            print(f"{codings} codings, {DOCUMENTS} interviews, {len(content) / 1e6:.1f} MB")
            project = measure("read QDPX", lambda: read_project("mesure.qdpx", content))
            measure(
                "bring in",
                lambda: import_project(session, study.id, project, file_name="m", sha256=""),  # type: ignore[arg-type]
            )
            session.commit()
            measure("QDPX", lambda: write_qdpx(gather_project(session, study.id, RELEASED)))
            table = measure("table of segments", lambda: segments_table(session, study.id, RELEASED))
            measure("table to CSV", lambda: to_csv(table))  # type: ignore[arg-type]
            measure("table to XLSX", lambda: to_xlsx([table]))  # type: ignore[list-item]
            labels = documents.Labels("fr", "Mesure", "", "", "")
            rows = find_segments(session, study.id, RELEASED, page_size=None).rows
            measure(
                "Word",
                lambda: documents.to_docx(documents.lay_out(list_codes(session, study.id), rows, labels), labels),
            )
            session.rollback()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
