"""Names give way to pseudonyms everywhere at once, and nothing of them is left that the key does not open."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from coding.exchange.gathering_objects import gather_project
from coding.exchange.keeping import import_project
from coding.exchange.opening import read_project
from coding.models import Coding, Segment, Speaker, TranscriptVersion, Turn
from coding.naming.entries import NameChoice, add_name, bring_back, decide, keep_found
from coding.naming.job import body, gather, store
from coding.naming.models import NameEntry, NameKind, NameState
from coding.queries import RELEASED
from coding.queries.names import count_names, find_contexts, list_names
from coding.services import comment_coding, rename_transcript, write_memo
from coding.services.corrections import correct_words
from coding.spans import Span
from core.db import Base
from core.errors import Invalid, NotFound
from tests.factories.corpus import code_words, make_code, make_transcript, version_of
from tests.factories.projects import guid, qdpx
from tests.factories.studies import AccountFactory, StudyFactory

TALK = """Enquêtrice : Bonjour Fatoumata Essai. NADÈGE n'est pas là ?

Nadège : Si, Nadège c'est moi. Fatoumata et la rose, au 06 12 34 56 78.

Nadège : Voilà, Nadège-Anne et nadège."""


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def transcript(session, study):
    return make_transcript(session, study, text=TALK, title="Entretien de Nadège")


def seal(form):
    return form[::-1].encode()


def found(*forms):
    return [{"form": form, "kind": kind, "reason": "model", "count": 1} for form, kind in forms]


def replace(session, study, **pseudonyms):
    """Replace forms by keyword; spaces are written as low lines."""
    wanted = {form.replace("_", " "): pseudonym for form, pseudonym in pseudonyms.items()}
    entries = {entry.form: entry for entry in session.scalars(select(NameEntry))}
    choices = [
        NameChoice(entries[form].id, entries[form].kind, NameState.REPLACED, pseudonym)
        for form, pseudonym in wanted.items()
    ]
    return decide(session, study.id, choices, seal=seal)


def test_names_give_way_in_the_text_and_spans_follow(session, study, transcript):
    keep_found(session, study.id, found(("Nadège", "person"), ("Fatoumata", "person"), ("Fatoumata Essai", "person")))
    coder = AccountFactory()
    code_words(session, transcript, "Nadège c'est moi", make_code(session, study, "moi"), coder)
    code_words(session, transcript, "la rose", make_code(session, study, "fleur"), coder)

    done = replace(session, study, Nadège="Camille", Fatoumata="Noor", Fatoumata_Essai="Noor")

    assert version_of(session, transcript).text == (
        "Enquêtrice : Bonjour Noor. Camille n'est pas là ?\n\nCamille : Si, Camille c'est moi. Noor et la rose, "
        "au 06 12 34 56 78.\n\nCamille : Voilà, Nadège-Anne et nadège."
    )
    assert (done.names, done.places, done.transcripts) == (3, 6, 1)
    quotes = session.execute(select(Segment.quote, Segment.is_touched).order_by(Segment.start)).all()
    assert [tuple(row) for row in quotes] == [("Camille c'est moi", False), ("la rose", False)]
    assert session.scalars(select(Speaker.label).order_by(Speaker.position)).all() == ["Enquêtrice", "Camille"]
    turns = session.execute(
        select(Turn.start, Turn.end)
        .where(Turn.version_id == version_of(session, transcript).id)
        .order_by(Turn.position)
    )
    words = [version_of(session, transcript).text[row.start : row.end] for row in turns]
    assert words[1] == "Si, Camille c'est moi. Noor et la rose, au 06 12 34 56 78."


def test_nothing_of_a_name_is_left_outside_its_seal(session, study, transcript):
    coder = AccountFactory()
    coded = code_words(session, transcript, "c'est moi", make_code(session, study, "Nadège dit moi"), coder)
    comment_coding(session, coded.coding_id, "Nadège hésite", account_id=coder.id)
    write_memo(session, study.id, "Revoir Nadège", author_id=coder.id, title="Sur Nadège")
    version = version_of(session, transcript)
    correct_words(session, study.id, transcript.id, {Span(0, 10): "Chercheuse"}, version_id=version.id)
    rename_transcript(session, study.id, transcript.id, "Avec Nadège")
    keep_found(session, study.id, found(("Nadège", "person"), ("Nadège-Anne", "person")))

    replace(session, study, Nadège="Camille", **{"Nadège-Anne": "Camille-Lou"})
    session.flush()

    left = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)).all():
            left += [f"{table.name}: {value}" for value in row if "Nadège" in str(value).replace("\\u00e8", "è")]
    assert left == []
    entry = session.scalars(select(NameEntry).where(NameEntry.pseudonym == "Camille")).one()
    assert (entry.form, entry.sealed.decode()[::-1]) == (None, "Nadège")
    assert session.scalars(select(Coding.comment)).all() == ["Camille hésite"]


def test_earlier_versions_lose_their_words_and_keep_the_way_to_now(session, study, transcript):
    old = version_of(session, transcript)
    at = old.text.index("la rose")
    keep_found(session, study.id, found(("Nadège", "person")))

    replace(session, study, Nadège="Camille")

    assert session.scalars(select(TranscriptVersion.text).where(TranscriptVersion.id == old.id)).one() == ""
    coded = code_words(session, transcript, "la rose", make_code(session, study, "c"), AccountFactory())
    assert coded.start == at + 3  # a letter more at each of the three places before


def test_name_is_put_back_by_who_has_the_key(session, study, transcript):
    before = version_of(session, transcript).text
    keep_found(session, study.id, found(("Fatoumata", "person")))
    replace(session, study, Fatoumata="Noor")
    entry = session.scalars(select(NameEntry)).one()

    bring_back(session, study.id, entry.id, entry.sealed.decode()[::-1])

    assert version_of(session, transcript).text == before
    assert (entry.form, entry.sealed, entry.state) == ("Fatoumata", None, NameState.PROPOSED)


def test_decisions_that_cannot_hold_are_refused_whole(session, study, transcript):
    keep_found(session, study.id, found(("Nadège", "person"), ("Fatoumata", "person")))
    session.commit()
    before = version_of(session, transcript).text

    for pseudonym, code in (("", "pseudonym_missing"), ("Fatoumata", "pseudonym_is_a_name")):
        with pytest.raises(Invalid, match=code):
            replace(session, study, Nadège=pseudonym)
        session.rollback()
    with pytest.raises(NotFound, match="name_unknown"):
        decide(session, study.id, [NameChoice(study.id, NameKind.PERSON, NameState.KEPT)], seal=seal)
    session.rollback()
    replace(session, study, Nadège="Noor", Fatoumata="Noor")
    entry = session.scalars(select(NameEntry)).first()
    with pytest.raises(Invalid, match="pseudonym_shared"):
        bring_back(session, study.id, entry.id, "Nadège")

    assert "Nadège" in before


def test_name_added_by_hand_must_stand_in_a_text(session, study, transcript):
    assert add_name(session, study.id, "  Voilà ", NameKind.OTHER).count == 1
    with pytest.raises(Invalid, match="form_not_found"):
        add_name(session, study.id, "Absente", NameKind.PERSON)


def test_list_tells_places_and_keeps_decisions_when_found_again(session, study, transcript):
    keep_found(session, study.id, found(("Nadège", "person"), ("06 12 34 56 78", "phone")))
    [phone, name] = sorted(list_names(session, study.id, NameState.PROPOSED), key=lambda row: row.form)
    decide(session, study.id, [NameChoice(phone.entry_id, NameKind.PHONE, NameState.KEPT)], seal=seal)

    assert keep_found(session, study.id, found(("06 12 34 56 78", "other"), ("Fatoumata", "person"))) == 1
    assert count_names(session, study.id) == {NameState.PROPOSED: 2, NameState.KEPT: 1, NameState.REPLACED: 0}
    [place, *_more] = find_contexts(session, study.id, [name])["Nadège"]
    assert (place.before[-17:], place.words) == ("Fatoumata Essai. ", "NADÈGE")


def test_job_proposes_what_the_model_and_the_rules_find(session, study, transcript):
    job = SimpleNamespace(arguments={"study_id": str(study.id)})
    steps = []
    result = body(gather(session, job), lambda *told: steps.append(told[1]))
    store(session, job, result)

    rows = {row.form: (row.kind, row.reason) for row in list_names(session, study.id, NameState.PROPOSED)}
    assert rows["06 12 34 56 78"] == (NameKind.PHONE, "phone")
    assert any("Fatoumata" in form for form in rows)
    assert set(steps) == {"coding.step_names"}
    assert session.scalar(text("SELECT count(*) FROM name_entry")) == len(rows)


def test_nothing_of_a_name_is_left_in_what_an_import_brought(session, study):
    body = f"""<CodeBook><Codes><Code guid="{guid(1)}" name="a" isCodable="true"><Description>Nadège
        </Description></Code></Codes></CodeBook><Variables><Variable guid="{guid(10)}" name="qui"
        typeOfVariable="Text"/></Variables>
        <Cases><Case guid="{guid(20)}" name="Nadège"><VariableValue><VariableRef targetGUID="{guid(10)}"/>
        <TextValue>Nadège</TextValue></VariableValue></Case><Case guid="{guid(21)}" name="Nadège"/></Cases>
        <Sources><TextSource guid="{guid(30)}" name="Nadège"><Description>Nadège</Description>
        <PlainTextContent>Nadège a parlé</PlainTextContent><PlainTextSelection guid="{guid(40)}" name="Nadège a"
        startPosition="0" endPosition="8"><Description>Nadège</Description><Coding guid="{guid(50)}"><CodeRef
        targetGUID="{guid(1)}"/></Coding></PlainTextSelection></TextSource>
        <PictureSource guid="{guid(31)}" name="Nadège"/></Sources>
        <Links><Link guid="{guid(70)}" name="Nadège" originGUID="{guid(1)}" targetGUID="{guid(40)}"/></Links>
        <Sets><Set guid="{guid(80)}" name="Nadège"><Description>Nadège</Description></Set></Sets>
        <Graphs><Graph guid="{guid(90)}" name="Nadège"><Vertex guid="{guid(91)}" name="Nadège" firstX="0" firstY="0"/>
        </Graph></Graphs><Description>Nadège</Description>"""
    import_project(session, study.id, read_project("Nadège.qdpx", qdpx(body)), file_name="Nadège.qdpx", sha256="")
    session.commit()
    keep_found(session, study.id, found(("Nadège", "person")))

    replace(session, study, Nadège="Camille")
    session.flush()

    left = []
    for table in Base.metadata.sorted_tables:
        if table.name != "account":
            for row in session.execute(select(table)).all():
                left += [f"{table.name}: {value}" for value in row if "Nadège" in str(value).replace("\\u00e8", "è")]
    assert left == []
    written = gather_project(session, study.id, RELEASED)
    assert [(source.name, source.text) for source in written.sources] == [("Camille", "Camille a parlé")]
    assert sorted(case.name for case in written.cases) == ["Camille", "Camille"]
