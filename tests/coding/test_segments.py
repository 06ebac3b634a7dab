from datetime import timedelta

import pytest

from coding.models import CodingStatus, SpeakerRole
from coding.queries import (
    RELEASED,
    SegmentFilter,
    Viewer,
    find_document,
    find_segments,
    list_themes,
    quotations,
    segments_table,
    theme_persons,
)
from coding.services import create_theme, set_coding_status
from core.clock import now
from core.tables import to_csv
from studies.models import Consent, ConsentPurpose, PopulationKind, Role
from tests.factories.corpus import code_words, make_code, make_transcript
from tests.factories.studies import (
    AccountFactory,
    ArmFactory,
    MembershipFactory,
    ParticipantFactory,
    PopulationFactory,
    SiteFactory,
    StudyFactory,
)


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def coder(session, study):
    account = AccountFactory(name="Camille")
    MembershipFactory(account=account, study=study, role=Role.CODER)
    return account


@pytest.fixture
def blind(session, study):
    account = AccountFactory(name="Moussa")
    MembershipFactory(account=account, study=study, role=Role.CODER, is_blind=True)
    return account


def quotes(session, study, viewer, **wanted):
    return [row.quote for row in find_segments(session, study.id, viewer, SegmentFilter(**wanted)).rows]


def test_find_segments_gives_one_row_a_segment_and_code_with_its_coders(session, study, coder):
    transcript = make_transcript(session, study)
    code = make_code(session, study, "peur")
    other = AccountFactory(name="Ali")
    code_words(session, transcript, "la lettre", code, coder)
    code_words(session, transcript, "la lettre", code, other)

    (row,) = find_segments(session, study.id, RELEASED).rows

    assert (row.quote, row.code, row.speaker, row.role) == ("la lettre", "peur", "Nadège", SpeakerRole.INTERVIEWEE)
    assert [coded.coder for coded in row.codings] == ["Ali", "Camille"]


def test_a_blind_coder_sees_their_own_codings_only_and_nobody_sees_theirs(session, study, coder, blind):
    transcript = make_transcript(session, study)
    code = make_code(session, study, "peur")
    code_words(session, transcript, "la lettre", code, coder)
    code_words(session, transcript, "le RSA", code, blind)

    assert quotes(session, study, Viewer(blind.id, is_blind=True)) == ["le RSA"]
    assert quotes(session, study, Viewer(coder.id)) == ["la lettre"]
    assert quotes(session, study, RELEASED) == ["la lettre"]
    document = find_document(session, study.id, transcript.id, Viewer(blind.id, is_blind=True))
    assert [coding.quote for coding in document.codings] == ["le RSA"]


def test_find_segments_filters(session, study, coder):
    arms = [ArmFactory(study=study) for _ in range(2)]
    sites = [SiteFactory(study=study) for _ in range(2)]
    code, other = make_code(session, study, "a"), make_code(session, study, "b")
    for number, words in enumerate(("la lettre", "le RSA")):
        person = ParticipantFactory(study=study, arm_id=arms[number].id, site_id=sites[number].id)
        transcript = make_transcript(session, study, title=f"{number}", participant=person)
        code_words(session, transcript, words, (code, other)[number], coder)
        if number == 0:
            code_words(session, transcript, "Et ensuite", code, coder)

    assert quotes(session, study, RELEASED, code_ids=(code.id,)) == ["la lettre", "Et ensuite"]
    assert quotes(session, study, RELEASED, code_ids=(code.id, other.id)) == ["la lettre", "Et ensuite", "le RSA"]
    assert quotes(session, study, RELEASED, arm_ids=(arms[1].id,)) == ["le RSA"]
    assert quotes(session, study, RELEASED, site_ids=(sites[0].id,)) == ["la lettre", "Et ensuite"]
    assert quotes(session, study, RELEASED, roles=(SpeakerRole.INTERVIEWER,)) == ["Et ensuite"]
    assert quotes(session, study, RELEASED, coder_ids=(AccountFactory().id,)) == []


def test_find_segments_brings_codes_below(session, study, coder):
    folder = make_code(session, study, "F", is_codable=False)
    code = make_code(session, study, "a", parent_id=folder.id)
    code_words(session, make_transcript(session, study), "la lettre", code, coder)

    assert quotes(session, study, RELEASED, code_ids=(folder.id,)) == ["la lettre"]
    assert quotes(session, study, RELEASED, code_ids=(folder.id,), with_codes_below=False) == []


def test_find_segments_pages(session, study, coder):
    transcript = make_transcript(session, study)
    code = make_code(session, study, "a")
    for words in ("la lettre", "le RSA", "au groupe"):
        code_words(session, transcript, words, code, coder)

    pages = [find_segments(session, study.id, RELEASED, page=page, page_size=2) for page in (1, 2, 9)]

    assert [[row.quote for row in page.rows] for page in pages] == [
        ["la lettre", "le RSA"],
        ["au groupe"],
        ["au groupe"],
    ]
    assert [(page.total, page.page, page.page_count) for page in pages] == [(3, 1, 2), (3, 2, 2), (3, 2, 2)]


@pytest.mark.parametrize("count", [1, 3])
def test_find_segments_takes_five_statements(session, study, coder, count_statements, count):
    code = make_code(session, study, "a")
    for number in range(count):
        code_words(session, make_transcript(session, study, title=f"{number}"), "la lettre", code, coder)
    study_id, code_id = study.id, code.id

    with count_statements() as statements:
        found = find_segments(session, study_id, RELEASED, SegmentFilter(code_ids=(code_id,)))

    assert (len(statements), found.total) == (5, count)


def test_refused_and_awaiting_proposals_do_not_count(session, study, coder):
    transcript = make_transcript(session, study, participant=ParticipantFactory(study=study))
    code = make_code(session, study, "a")
    result = code_words(session, transcript, "la lettre", code, coder)

    for status, count in (
        (CodingStatus.SUGGESTED, 0), (CodingStatus.REJECTED, 0), (CodingStatus.ACCEPTED, 1), (CodingStatus.HUMAN, 1),
    ):  # fmt: skip
        set_coding_status(session, result.coding_id, status, account_id=coder.id)
        assert len(theme_persons(session, study.id).codes[code.id]) == count


def test_theme_persons_counts_each_person_once_and_lists_everyone_heard(session, study, coder, blind):
    population = PopulationFactory(study=study, kind=PopulationKind.PROFESSIONAL)
    ana = ParticipantFactory(study=study, population=population)
    lea, zoe = ParticipantFactory(study=study), ParticipantFactory(study=study)
    a, b = make_code(session, study, "a"), make_code(session, study, "b")
    theme = create_theme(session, study.id, "T", code_ids=[a.id, b.id])
    empty = create_theme(session, study.id, "V")
    for person, title in ((ana, "A"), (lea, "B"), (zoe, "C")):
        transcript = make_transcript(session, study, title=title, participant=person)
        if person is ana:
            code_words(session, transcript, "la lettre", a, coder)
            code_words(session, transcript, "le RSA", b, coder)
        if person is lea:
            code_words(session, transcript, "le RSA", b, blind)

    found = theme_persons(session, study.id)

    assert found.themes == {theme.id: {ana.id}, empty.id: frozenset()}
    assert found.codes == {a.id: {ana.id}, b.id: {ana.id}}
    assert {(each.participant_id, each.population_kind) for each in found.interviewed} == {
        (ana.id, PopulationKind.PROFESSIONAL), (lea.id, PopulationKind.BENEFICIARY),
        (zoe.id, PopulationKind.BENEFICIARY)
    }  # fmt: skip
    assert [view.person_count for view in list_themes(session, study.id)] == [1, 0]


def agree(session, person, *, given, days=0):
    session.add(
        Consent(participant_id=person.id, purpose=ConsentPurpose.QUOTATION, is_given=given, at=now() + timedelta(days))
    )
    session.commit()


def test_quotations_say_whether_the_person_agreed(session, study, coder):
    code = make_code(session, study, "a")
    people = [ParticipantFactory(study=study) for _ in range(3)]
    for number, person in enumerate(people):
        transcript = make_transcript(session, study, title=f"{number}", participant=person)
        code_words(session, transcript, "la lettre", code, coder)
        code_words(session, transcript, "Et ensuite", code, coder)
    agree(session, people[0], given=True)
    agree(session, people[1], given=True)
    agree(session, people[1], given=False, days=1)

    found = quotations(session, study.id, code_ids=[code.id])

    assert [(quote.quote, quote.pseudonym, quote.may_quote) for quote in found] == [
        ("la lettre", people[0].pseudonym, True),
        ("la lettre", people[1].pseudonym, False),
        ("la lettre", people[2].pseudonym, False),
    ]
    assert len(quotations(session, study.id, code_ids=[code.id], only_quotable=True)) == 1


def test_quotations_of_a_theme_join_its_codes(session, study, coder):
    transcript = make_transcript(session, study)
    a, b = make_code(session, study, "a"), make_code(session, study, "b")
    theme = create_theme(session, study.id, "T", code_ids=[a.id, b.id])
    for code in (a, b):
        code_words(session, transcript, "la lettre", code, coder)

    assert [quote.codes for quote in quotations(session, study.id, theme_id=theme.id)] == [("a", "b")]


def test_segments_table_has_a_row_a_coding(session, study, coder):
    transcript = make_transcript(session, study)
    code_words(session, transcript, "la lettre", make_code(session, study, "=a"), coder)

    table = segments_table(session, study.id, RELEASED)
    row = dict(zip(table.columns, table.rows[0], strict=True))

    assert (row["code"], row["quote"], row["coder"], row["status"]) == ("=a", "la lettre", "Camille", "human")
    assert "'=a" in to_csv(table).decode("utf-8-sig")
