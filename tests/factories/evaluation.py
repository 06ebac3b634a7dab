"""A small study with two arms, three waves, answers of known counts, and a report; made in the session of the test."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from evaluation.indicators import IndicatorMeasure
from evaluation.models import Indicator, Report
from evaluation.services.indicators import IndicatorDraft, create_indicator
from evaluation.services.reports import create_report
from studies.models import Arm, FlowState, Participant, Population, PopulationKind, Study, Wave
from surveys.models import (
    Answer,
    Collection,
    Missing,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    ResponseState,
)
from tests.factories.studies import (
    ArmFactory,
    ParticipantFactory,
    PopulationFactory,
    SiteFactory,
    StudyFactory,
    WaveFactory,
)

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

DEFINITION: dict[str, Any] = {
    "schema": 1,
    "title": "Questionnaire",
    "form_id": "q",
    "version": "1",
    "root": "data",
    "default_locale": "fr",
    "locales": [["fr", "Français"]],
    "settings": {},
    "choice_lists": {
        "situation": [
            {"name": "emploi", "labels": {"fr": "J’ai un travail"}},
            {"name": "recherche", "labels": {"fr": "Je cherche"}},
            {"name": "nsp", "labels": {"fr": "Je préfère ne pas répondre"}},
        ]
    },
    "children": [
        {
            "kind": "item",
            "name": "situation",
            "key": "situation",
            "path": "/data/situation",
            "type": "select_one",
            "labels": {"fr": "Votre situation ?"},
            "list_name": "situation",
        },
        {
            "kind": "item",
            "name": "confiance",
            "key": "confiance",
            "path": "/data/confiance",
            "type": "integer",
            "labels": {"fr": "Votre confiance, de 0 à 10 ?"},
        },
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The rows of the study made by `make_world`."""

    study: Study
    population: Population
    programme: Arm
    control: Arm
    waves: tuple[Wave, ...]
    questionnaire: Questionnaire
    collections: dict[str, Collection]
    persons: dict[str, list[Participant]]


def make_world(session: Session, *, n_programme: int = 12, n_control: int = 12, threshold: int = 5) -> World:
    """Make a study drawn by lot: « Groupe programme », « Groupe témoin », waves T0 to T2; nobody answers."""
    study = StudyFactory(title="Évaluation de Passerelle", programme="Passerelle", disclosure_threshold=threshold)
    population = PopulationFactory(study=study, name="Bénéficiaires", kind=PopulationKind.BENEFICIARY)
    PopulationFactory(study=study, name="Professionnel·les", kind=PopulationKind.PROFESSIONAL, position=1)
    site = SiteFactory(study=study, name="Aubremont")
    control = ArmFactory(study=study, name="Groupe témoin", is_control=True)
    programme = ArmFactory(study=study, name="Groupe programme", position=1)
    waves = tuple(
        WaveFactory(study=study, name=f"T{index}", months_after_start=index * 12, position=index) for index in range(3)
    )
    questionnaire = Questionnaire(study_id=study.id, population_id=population.id, key="q", title="Bénéficiaires")
    session.add(questionnaire)
    session.flush()
    version = QuestionnaireVersion(
        questionnaire_id=questionnaire.id, number=1, definition=DEFINITION, published_at=MOMENT
    )
    session.add(version)
    session.flush()
    collections = {}
    for wave in waves:
        collection = Collection(
            version_id=version.id,
            study_id=study.id,
            population_id=population.id,
            wave_id=wave.id,
            title=wave.name,
            token=uuid4().hex,
        )
        session.add(collection)
        collections[wave.name] = collection
    persons: dict[str, list[Participant]] = {}
    for arm, count in ((programme, n_programme), (control, n_control)):
        persons[arm.name] = [
            ParticipantFactory(
                study=study,
                population=population,
                arm_id=arm.id,
                site_id=site.id,
                state=FlowState.DRAWN if arm.is_control else FlowState.ENROLLED if rank % 5 < 2 else FlowState.INVITED,
                took_up=not arm.is_control and rank % 5 < 2,
            )
            for rank in range(count)
        ]
    session.commit()
    return World(
        study=study,
        population=population,
        programme=programme,
        control=control,
        waves=waves,
        questionnaire=questionnaire,
        collections=collections,
        persons=persons,
    )


def answer(session: Session, world: World, person: Participant, wave: str, **values: Any) -> Response:
    """Submit a response; a value None is refused, an item left out was not asked."""
    response = Response(
        id=uuid4(),
        collection_id=world.collections[wave].id,
        version_id=world.collections[wave].version_id,
        participant_id=person.id,
        resume_hash=uuid4().hex,
        locale="fr",
        state=ResponseState.SUBMITTED,
        submitted_at=MOMENT,
        moment=MOMENT,
    )
    session.add(response)
    session.flush()
    session.add_all(
        Answer(
            response_id=response.id,
            item_name=name,
            value=value,
            missing=Missing.REFUSED if value is None else None,
        )
        for name, value in values.items()
    )
    return response


def answer_situations(session: Session, world: World, wave: str, *, programme: int, control: int) -> None:
    """Everyone answers: the first `programme` and `control` persons of each arm work, confidence follows."""
    for arm, working in ((world.programme, programme), (world.control, control)):
        for rank, person in enumerate(world.persons[arm.name]):
            answer(
                session,
                world,
                person,
                wave,
                situation="emploi" if rank < working else "recherche",
                confiance=3 + rank % 6 + (1 if rank < working else 0),
            )
    session.commit()


def make_indicator(session: Session, world: World, *, key: str = "emploi", **changes: Any) -> Indicator:
    """Make an indicator of the questionnaire; by default the share of persons who work, at the last wave."""
    draft: dict[str, Any] = {
        "questionnaire_id": world.questionnaire.id,
        "item_name": "situation",
        "key": key,
        "label": "En emploi",
        "measure": IndicatorMeasure.SHARE,
        "choices": ("emploi",),
        "unknown_choices": ("nsp",),
    }
    if changes.get("measure") in (IndicatorMeasure.MEAN, IndicatorMeasure.CHANGE):
        draft |= {"item_name": "confiance", "choices": (), "label": "Confiance", "unknown_choices": ()}
    indicator = create_indicator(session, world.study.id, IndicatorDraft(**(draft | changes)))
    session.commit()
    return indicator


def make_report(
    session: Session, study_id: UUID, *, title: str = "Rapport", blocks: Any = (), locale: str = "fr"
) -> Report:
    """Make a report with these blocks (kind, content)."""
    report = create_report(session, study_id, title=title, blocks=blocks, locale=locale)
    session.commit()
    return report
