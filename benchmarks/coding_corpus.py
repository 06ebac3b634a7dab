"""A server on a database of its own, with a study, a person signed in, and transcripts of given sizes."""

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
TOKEN = "benchmark-session-token"
SAID = (
    "je ne sais pas vraiment mais voilà le courrier la référente mes enfants travail bus matin groupe jeudi peur "
    "sanction papiers école garde loyer rendez-vous téléphone aujourd'hui parler personne silence confiance essayer "
    "partir revenir maison comprendre demander attendre aider formation contrat fatigue espoir"
)
VOCABULARY = SAID.split()
CODES = (
    "Peur de la sanction", "Parole des pairs", "Isolement", "Garde d’enfants", "Transport", "Emploi subi",
    "Emploi choisi", "Revenus et budget", "Santé", "Logement", "Confiance", "Défiance envers l’institution",
    "Estime de soi", "Entraide", "Projet et formation",
)  # fmt: skip


@dataclass(frozen=True)
class Corpus:
    """Where the server is, and its transcripts by number of words."""

    address: str
    transcripts: dict[int, UUID]
    codes: list[UUID]
    server_pid: int


def interview(words: int, seed: int) -> str:
    """Return an invented interview of about so many words, in turns of uneven length."""
    chance = random.Random(seed)
    lines, said = [], 0
    while said < words:
        asks = len(lines) % 2 == 0
        length = chance.randint(6, 20) if asks else chance.choice((15, 60, 120, 200))
        length = min(length, max(2, words - said))
        sentence = " ".join(chance.choice(VOCABULARY) + ("." if place % 14 == 13 else "") for place in range(length))
        lines.append(f"{'Enquêtrice' if asks else 'Nadège'} : {sentence.capitalize()}{' ?' if asks else '.'}")
        said += length
    return "\n\n".join(lines)


@contextmanager
def served_corpus(sizes: dict[int, int], *, workers: int = 1) -> Iterator[Corpus]:
    """Serve transcripts of `sizes` (words → codings) on a free port; everything goes away at the end."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environ = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/tresse.sqlite3",
            "TRESSE_DATA_DIR": folder,
            "SECRET_KEY": "benchmark" * 8,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TRESSE_WORKER": "apart",
        }
        transcripts, codes = fill(environ, sizes)
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(workers),
            "--blocking-threads", "4", "--no-ws", "wsgi:app",
        ]  # fmt: skip
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address)
            yield Corpus(address, transcripts, codes, server.pid)
        finally:
            server.terminate()
            server.wait(20)


def fill(environ: dict[str, str], sizes: dict[int, int]) -> tuple[dict[int, UUID], list[UUID]]:
    """Make the database and what stands in it."""
    import config
    from app.account.models import AccountSession
    from app.account.sessions import hash_token
    from app.extensions import db
    from app.factory import create_app
    from app.unit_of_work import unit_of_work
    from coding.services import add_coding, create_code
    from coding.transcripts import import_transcript, preview
    from core.clock import now
    from core.db import Base
    from studies.models import Account, Membership, Role, Study

    app = create_app(config.load(environ))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with unit_of_work() as session:
            study = Study(key="bench", title="Banc d’essai")
            person = Account(email="camille@example.org", name="Camille", password_hash="")
            other = Account(email="moussa@example.org", name="Moussa", password_hash="")
            session.add_all([study, person, other])
            session.flush()
            for account in (person, other):
                session.add(Membership(study_id=study.id, account_id=account.id, role=Role.LEAD))
            session.add(
                AccountSession(token_hash=hash_token(TOKEN), account_id=person.id, expires_at=now() + timedelta(days=1))
            )
            codes = [create_code(session, study.id, name, account_id=person.id).id for name in CODES]
            transcripts = {}
            chance = random.Random(7)
            for words, codings in sizes.items():
                draft = preview(f"entretien-{words}.txt", interview(words, words).encode())
                transcript = import_transcript(session, study.id, draft, account_id=person.id)
                transcripts[words] = transcript.id
                version_id = transcript_version(session, transcript.id)
                turns = [turn for turn in draft.turns if turn.end - turn.start > 60]
                for _ in range(codings):
                    turn = chance.choice(turns)
                    start = chance.randrange(turn.start, turn.end - 40)
                    end = min(turn.end, start + chance.randint(30, 400))
                    coder = chance.choice((person, other))
                    add_coding(session, version_id, start, end, chance.choice(codes), coder.id)
        db.engine.dispose()
    return transcripts, codes


def transcript_version(session, transcript_id: UUID) -> UUID:
    """Return the id of the current version."""
    from sqlalchemy import select

    from coding.models import TranscriptVersion

    return session.scalars(select(TranscriptVersion.id).where(TranscriptVersion.transcript_id == transcript_id)).one()


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=2).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = "the server does not answer"
    raise RuntimeError(message)
