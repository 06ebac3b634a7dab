"""Build the demonstration study from its written and its invented parts, through the services that people use."""

import random
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.account.services import create_account, new_hash
from app.demo.answers import WAVES, OpenAnswers, invent_answers, responds
from app.demo.collecting import Invented, write_responses
from app.demo.content import CONTENT, interview_rows, interviewed_recipients, rows
from app.demo.interviewing import write_codebook, write_codings, write_interviews, write_themes
from app.demo.people import SITES, Household, invent_households
from app.demo.professionals import Worker, invent_worker_answers, invent_workers
from app.demo.reporting import write_indicators, write_report
from coding.models import TranscriptVersion
from studies.models import Account, Arm, FlowState, Participant, Population, PopulationKind, Role, Site, Study, Wave
from studies.services import StudyDesign, WaveDraft, add_member, create_study
from surveys.models import Collection, QuestionnaireVersion
from surveys.services import import_questionnaire, open_collection, publish
from surveys.versions import load_version

KEY = "demo"
# This seed shows the known truth plainly: arms alike at 24 months, those who came far ahead of the others.
SEED = 2018
OPENINGS = {"T0": date(2023, 10, 2), "T1": date(2024, 10, 7), "T2": date(2025, 10, 6)}
FIELDWORK = timedelta(days=60)
TEAM = (
    ("camille", "Camille Ferrandier", "camille@demo.example", Role.LEAD),
    ("moussa", "Moussa Tandia", "moussa@demo.example", Role.CODER),
    ("jeanne", "Jeanne Oberlin", "jeanne@demo.example", Role.FACILITATOR),
    ("idriss", "Idriss Valmont", "idriss@demo.example", Role.READER),
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was made: counts, and the password of the four invented colleagues, shown once."""

    participants: int
    responses: int
    transcripts: int
    codings: int
    emails: tuple[str, ...]
    password: str


def exists(session: Session) -> bool:
    """Say whether the demonstration is there already."""
    return session.scalar(select(Study.id).where(Study.key == KEY)) is not None


def seed_demonstration(session: Session) -> Seeded:
    """Make the demonstration study, whole."""
    password = secrets.token_urlsafe(12)
    team = _make_team(session, password)
    study = create_study(session, key=KEY, design=_design(), by=team["camille"])
    for key, _name, email, role in TEAM:
        if key != "camille":
            add_member(session, study.id, email=email, role=role, by=team["camille"])

    rng = random.Random(SEED)
    open_answers = OpenAnswers(rows("open_answers.csv"), rng)
    households = invent_households(interviewed_recipients(), seed=SEED)
    sites = {row["pseudonym"]: row["site"] for row in rows("interviews_professionals.csv")}
    workers = invent_workers(sites, seed=SEED)
    people = _Places(session, study.id).write_people(households, workers)
    waves = {wave.name: wave.id for wave in session.scalars(select(Wave).where(Wave.study_id == study.id))}

    desk = _Fieldwork(session, study.id, people, waves, team["camille"], rng, open_answers)
    responses = desk.ask_recipients(households) + desk.ask_workers(workers)

    transcripts = write_interviews(session, study.id, participants=people, waves=waves, account_id=team["camille"])
    codes = write_codebook(session, study.id, account_id=team["camille"])
    codings = write_codings(session, versions=_versions(session, transcripts), codes=codes, coders=team)
    themes = write_themes(session, study.id, codes=codes, account_id=team["camille"])
    indicators = write_indicators(
        session, study.id, questionnaires=desk.questionnaires, waves=waves, account_id=team["camille"]
    )
    write_report(session, study.id, indicators=indicators, themes=themes, codes=codes, account_id=team["camille"])
    return Seeded(
        participants=len(people),
        responses=responses,
        transcripts=len(interview_rows()),
        codings=codings,
        emails=tuple(email for _key, _name, email, _role in TEAM),
        password=password,
    )


def _make_team(session: Session, password: str) -> dict[str, UUID]:
    """Return the four invented colleagues by key; those of an earlier demonstration keep their password."""
    team: dict[str, UUID] = {}
    for key, name, email, _role in TEAM:
        found = session.scalar(select(Account.id).where(Account.email == email))
        if found is None:
            password_hash = new_hash(password, email=email, name=name)
            found = create_account(session, email=email, name=name, password_hash=password_hash).id
        team[key] = found
    return team


def _design() -> StudyDesign:
    return StudyDesign(
        title="Passerelle : accompagner autrement des parents seuls au RSA",
        programme="Passerelle, Département de la Haute-Lisière (inventé)",
        description=(
            "Étude de démonstration, entièrement inventée. 600 parents seuls au RSA depuis plus de deux ans, tirés au "
            "sort par strates en deux bras ; trois vagues de questionnaires ; dix-neuf entretiens ; un questionnaire "
            "en miroir pour les professionnel·les."
        ),
        disclosure_threshold=3,
        beneficiaries="Parents seuls au RSA",
        professionals="Professionnel·les de l’accompagnement",
        sites=SITES,
        programme_arm="Groupe programme",
        control_arm="Groupe témoin",
        waves=tuple(WaveDraft(name=name, months_after_start=12 * rank) for rank, name in enumerate(WAVES)),
    )


class _Places:
    """The identifiers of a study's populations, sites and arms, by name."""

    def __init__(self, session: Session, study_id: UUID) -> None:
        self._session = session
        self._study_id = study_id
        self._sites = {site.name: site.id for site in session.scalars(select(Site).where(Site.study_id == study_id))}
        self._arms = {arm.is_control: arm.id for arm in session.scalars(select(Arm).where(Arm.study_id == study_id))}
        self._populations = {
            population.kind: population.id
            for population in session.scalars(select(Population).where(Population.study_id == study_id))
        }

    def write_people(self, households: Iterable[Household], workers: Iterable[Worker]) -> dict[str, UUID]:
        """Put everybody on the list; return each participant by pseudonym."""
        staff = list(workers)
        people = [self._recipient(household, staff) for household in households]
        people += [self._worker(worker) for worker in staff]
        self._session.add_all(people)
        self._session.flush()
        return {person.pseudonym: person.id for person in people}

    def _recipient(self, household: Household, workers: list[Worker]) -> Participant:
        near = [worker.pseudonym for worker in workers if worker.site == household.site]
        state = FlowState.ENROLLED if household.enrolled else FlowState.INVITED if household.is_invited else None
        return Participant(
            study_id=self._study_id,
            pseudonym=household.pseudonym,
            population_id=self._populations[PopulationKind.BENEFICIARY],
            site_id=self._sites[household.site],
            arm_id=self._arms[not household.is_invited],
            stratum=household.stratum,
            state=state or FlowState.DRAWN,
            took_up=household.enrolled,
            attributes={
                "enfants": household.children,
                "âge": household.age_bracket,
                "ancienneté au RSA": household.rsa_years,
                "numéro de liste": household.number,
                "référent·e": near[int(household.number) % len(near)],
            },
        )

    def _worker(self, worker: Worker) -> Participant:
        return Participant(
            study_id=self._study_id,
            pseudonym=worker.pseudonym,
            population_id=self._populations[PopulationKind.PROFESSIONAL],
            site_id=self._sites[worker.site],
            state=FlowState.LISTED,
            attributes={"fonction": worker.function, "cadre": worker.frame},
        )


class _Fieldwork:
    """Questionnaires published, collections opened, answers come in."""

    def __init__(
        self,
        session: Session,
        study_id: UUID,
        people: dict[str, UUID],
        waves: dict[str, UUID],
        account_id: UUID,
        rng: random.Random,
        open_answers: OpenAnswers,
    ) -> None:
        self._session = session
        self._study_id = study_id
        self._people = people
        self._waves = waves
        self._account_id = account_id
        self._rng = rng
        self._open_answers = open_answers
        self._populations = {
            population.kind: population.id
            for population in session.scalars(select(Population).where(Population.study_id == study_id))
        }
        self.questionnaires: dict[str, UUID] = {}

    def ask_recipients(self, households: list[Household]) -> int:
        """Return the number of responses over the three waves."""
        version = self._publish("beneficiaries", PopulationKind.BENEFICIARY)
        total = 0
        for wave in WAVES:
            collection = self._open(version, PopulationKind.BENEFICIARY, wave, stays_open=wave == "T2")
            invented = (
                Invented(
                    self._people[household.pseudonym],
                    invent_answers(
                        household,
                        wave,
                        rng=self._rng,
                        opens_on=OPENINGS[wave],
                        open_answers=self._open_answers,
                    ),
                )
                for household in households
                if responds(wave, self._rng)
            )
            total += self._write(collection, version, wave, invented)
        return total

    def ask_workers(self, workers: list[Worker]) -> int:
        """Return the number of responses of the professionals, asked once, at 12 months."""
        version = self._publish("professionals", PopulationKind.PROFESSIONAL)
        collection = self._open(version, PopulationKind.PROFESSIONAL, "T1", stays_open=True)
        invented = (
            Invented(
                self._people[worker.pseudonym],
                invent_worker_answers(worker, "T1", rng=self._rng, open_answers=self._open_answers),
            )
            for worker in workers
        )
        return self._write(collection, version, "T1", invented)

    def _publish(self, name: str, kind: PopulationKind) -> QuestionnaireVersion:
        file_name = f"questionnaire_{name}.md"
        version = import_questionnaire(
            self._session,
            self._study_id,
            file_name=file_name,
            content=(CONTENT / file_name).read_bytes(),
            population_id=self._populations[kind],
            account_id=self._account_id,
        )
        publish(self._session, self._study_id, version.id, account_id=self._account_id)
        self.questionnaires[name] = version.questionnaire_id
        return version

    def _open(self, version: QuestionnaireVersion, kind: PopulationKind, wave: str, *, stays_open: bool) -> Collection:
        opens_at = datetime.combine(OPENINGS[wave], time(8), tzinfo=UTC)
        whose = "parents" if kind is PopulationKind.BENEFICIARY else "professionnel·les"
        return open_collection(
            self._session,
            self._study_id,
            version_id=version.id,
            title=f"Votre avis compte ({whose}, {wave})",
            population_id=self._populations[kind],
            wave_id=self._waves[wave],
            opens_at=opens_at,
            closes_at=None if stays_open else opens_at + FIELDWORK,
            account_id=self._account_id,
        )

    def _write(
        self, collection: Collection, version: QuestionnaireVersion, wave: str, invented: Iterable[Invented]
    ) -> int:
        return write_responses(
            self._session,
            collection_id=collection.id,
            version=load_version(self._session, version.id),
            opens_on=OPENINGS[wave],
            invented=invented,
            rng=self._rng,
        )


def _versions(session: Session, transcripts: dict[str, UUID]) -> dict[str, tuple[UUID, str]]:
    """Return the current version and its text for each file."""
    found = {
        row.transcript_id: (row.id, row.text)
        for row in session.execute(
            select(TranscriptVersion.transcript_id, TranscriptVersion.id, TranscriptVersion.text).where(
                TranscriptVersion.transcript_id.in_(transcripts.values()), TranscriptVersion.is_current
            )
        )
    }
    return {file: found[transcript_id] for file, transcript_id in transcripts.items()}
