"""The screens of indicators, of the weave and of reports, without JavaScript."""

import pytest
from sqlalchemy import select, update

from app.jobs.models import Job
from app.reports.composer import compose
from evaluation.indicators import IndicatorMeasure
from evaluation.joint_display import Relation
from evaluation.models import BlockKind, Indicator, Report, ReportBlock, WeavingJudgement
from evaluation.services.reports import record_issue
from studies.models import Role
from tests.factories.evaluation import answer_situations, make_indicator, make_report, make_world
from tests.factories.studies import member_client


@pytest.fixture
def world(session):
    world = make_world(session, n_programme=25, n_control=20)
    answer_situations(session, world, "T0", programme=6, control=6)
    answer_situations(session, world, "T2", programme=10, control=8)
    return world


@pytest.fixture
def browser(app, world):
    return member_client(app, world.study)


def address(world, tail):
    return f"/studies/{world.study.key}/{tail}"


def kinds_of(session, report):
    blocks = select(ReportBlock).where(ReportBlock.report_id == report.id).order_by(ReportBlock.position)
    return [block.kind for block in session.scalars(blocks)]


def issue(session, report, *, content):
    """Keep a version whose file does not exist."""
    record_issue(
        session,
        report.id,
        content=content,
        inputs_sha256="0" * 64,
        pdf_sha256="0" * 64,
        pdf_file="missing.pdf",
        page_count=3,
        account_id=None,
    )
    session.commit()


@pytest.mark.parametrize("tail", ["indicators/", "indicators/items", "weaving/", "reports/", "reports/new"])
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_page_opens_in_both_languages(browser, world, tail, locale):
    browser.set_cookie("tresse_locale", locale)

    answered = browser.get(address(world, tail))

    assert (answered.status_code, f'lang="{locale}"' in answered.text) == (200, True)


def test_indicator_is_made_from_an_item(browser, session, world):
    query = {"questionnaire": str(world.questionnaire.id), "item": "situation"}
    shown = browser.get(address(world, "indicators/new"), query_string=query)

    made = browser.post(
        address(world, "indicators/new"),
        query_string=query,
        data={
            "label": "En emploi",
            "measure": "share",
            "choices": ["emploi"],
            "unknown_choices": ["nsp"],
            "wave": "",
            "baseline": "",
            "direction": "higher",
        },
    )

    indicator = session.scalars(select(Indicator)).one()
    assert (shown.status_code, made.status_code) == (200, 303)
    assert (indicator.key, indicator.measure, indicator.choices) == ("en_emploi", IndicatorMeasure.SHARE, ["emploi"])


def test_share_without_answers_is_refused_and_keeps_what_was_typed(browser, session, world):
    query = {"questionnaire": str(world.questionnaire.id), "item": "situation"}
    data = {"label": "Mon indicateur", "measure": "share", "direction": "higher", "wave": "", "baseline": ""}

    refused = browser.post(address(world, "indicators/new"), query_string=query, data=data)

    assert refused.status_code == 422
    assert "Cochez au moins une réponse à compter." in refused.text
    assert "Mon indicateur" in refused.text
    assert session.scalars(select(Indicator)).all() == []


@pytest.mark.slow
def test_indicator_page_shows_the_bias_in_its_box_only(browser, session, world):
    indicator = make_indicator(session, world)
    world.study.disclosure_threshold = 2
    session.commit()

    page = browser.get(address(world, f"indicators/{indicator.id}")).text

    assert page.index("Écart selon le tirage") < page.index('<details class="bias">')
    assert page.count("Écart biaisé par la sélection") == 1


def test_judgement_needs_a_sentence_and_is_kept_with_its_author(browser, session, world):
    from coding.models import Theme

    indicator = make_indicator(session, world)
    theme = Theme(study_id=world.study.id, name="Peur")
    session.add(theme)
    session.commit()
    place = address(world, f"weaving/{theme.id}/{indicator.id}")

    refused = browser.post(place, data={"relation": "discordance", "sentence": ""})
    kept = browser.post(place, data={"relation": "discordance", "sentence": "Ils se contredisent."})

    judgement = session.scalars(select(WeavingJudgement)).one()
    assert (refused.status_code, kept.status_code) == (422, 303)
    assert (judgement.relation, judgement.sentence) == (Relation.DISCORDANCE, "Ils se contredisent.")
    assert judgement.author_id is not None
    assert "Ils se contredisent." in browser.get(address(world, "weaving/")).text


def test_report_starts_from_an_outline_that_is_already_tied(browser, session, world):
    make_indicator(session, world)

    made = browser.post(
        address(world, "reports/new"), data={"title": "Bilan", "locale": "fr", "outline": "full", "authors": "Léa"}
    )

    report = session.scalars(select(Report)).one()
    assert made.status_code == 303
    assert kinds_of(session, report) == [
        BlockKind.TEXT,
        BlockKind.KEY_POINTS,
        BlockKind.FIGURE,
        BlockKind.TEXT,
        BlockKind.FIGURE,
        BlockKind.TABLE,
    ]
    assert 'class="notice notice-warning"' not in browser.get(made.location).text


def test_blocks_are_added_moved_edited_and_removed(browser, session, world):
    report = make_report(session, world.study.id, blocks=[(BlockKind.TEXT, {"title": "Un", "body": ""})])
    place = address(world, f"reports/{report.id}")

    added = browser.post(f"{place}/blocks", data={"kind": "key_points"})
    browser.post(added.location, data={"points": "Un point"})
    block_id = added.location.rsplit("/", 1)[1]
    browser.post(f"{place}/blocks/{block_id}/move", data={"to": "up"})
    moved = kinds_of(session, report)
    browser.post(f"{place}/blocks/{block_id}/delete")

    assert moved == [BlockKind.KEY_POINTS, BlockKind.TEXT]
    session.expire_all()
    assert kinds_of(session, report) == [BlockKind.TEXT]


def test_pdf_is_refused_while_something_is_to_be_mended(browser, session, world):
    report = make_report(session, world.study.id, blocks=[(BlockKind.TEXT, {"title": "", "body": "{{ indicator:x }}"})])

    refused = browser.post(address(world, f"reports/{report.id}/issue"))

    assert refused.status_code == 422
    assert "Bloc 1" in refused.text
    assert session.scalars(select(Job)).all() == []


def test_reader_is_shown_no_draft(app, session, world):
    report = make_report(session, world.study.id, blocks=[(BlockKind.TEXT, {"title": "Un", "body": ""})])
    reader = member_client(app, world.study, Role.READER)
    place = address(world, f"reports/{report.id}")

    shown = reader.get(address(world, "reports/")).text

    assert str(report.id) not in shown
    assert "Aucun rapport diffusé pour l’instant" in shown
    assert [
        reader.get(place).status_code,
        reader.get(f"{place}/preview").status_code,
        reader.post(f"{place}/blocks", data={"kind": "text"}).status_code,
        reader.get(address(world, "indicators/")).status_code,
    ] == [403, 403, 403, 403]


def test_reader_reads_what_was_issued_as_it_left(app, session, world):
    text = [(BlockKind.TEXT, {"title": "Ce que disent les parents", "body": "Des mots."})]
    report = make_report(session, world.study.id, blocks=text)
    document, _problems = compose(session, world.study.id, report.id)
    issue(session, report, content=document.to_json())
    report.title = "Titre changé depuis"
    session.commit()
    reader = member_client(app, world.study, Role.READER)
    place = address(world, f"reports/{report.id}")

    listed = reader.get(address(world, "reports/")).text
    read = reader.get(f"{place}/issues/1")

    assert document.title in listed
    assert "Titre changé depuis" not in listed
    assert f"{place}/issues/1.pdf" in listed
    assert (read.status_code, "Des mots." in read.text, f"{place}/issues/1.pdf" in read.text) == (200, True, True)
    assert reader.get(f"{place}/issues/2").status_code == 404


def test_issued_report_of_another_study_is_not_found(app, session, world):
    other = make_world(session, n_programme=1, n_control=1)
    report = make_report(session, other.study.id)
    issue(session, report, content={})
    reader = member_client(app, world.study, Role.READER)

    assert reader.get(address(world, f"reports/{report.id}/issues/1")).status_code == 404
    assert reader.get(address(world, f"reports/{report.id}/issues/1.pdf")).status_code == 404


def test_preview_says_that_it_is_a_draft(browser, session, world):
    report = make_report(session, world.study.id, blocks=[(BlockKind.TEXT, {"title": "Un", "body": ""})])

    assert "Brouillon, non diffusé" in browser.get(address(world, f"reports/{report.id}/preview")).text


def test_report_of_another_study_is_not_found(app, session, world):
    other = make_world(session, n_programme=1, n_control=1)
    report = make_report(session, other.study.id)

    assert member_client(app, world.study).get(address(world, f"reports/{report.id}")).status_code == 404


def test_export_of_the_weave_is_csv_and_leaves_a_trace(browser, session, world):
    from coding.models import Theme
    from core.audit import AuditEntry

    make_indicator(session, world)
    session.add(Theme(study_id=world.study.id, name="=1+1"))
    session.commit()

    exported = browser.post(address(world, "weaving/export"))

    lines = exported.data.decode("utf-8-sig").splitlines()
    assert exported.mimetype == "text/csv"
    assert {line.split(";")[0] for line in lines[1:]} == {"'=1+1"}
    assert session.scalars(select(AuditEntry.object_kind).where(AuditEntry.verb == "export")).all() == ["weaving"]


def test_block_goes_after_a_block_of_the_same_report_only(browser, session, world):
    report = make_report(session, world.study.id, blocks=[(BlockKind.TEXT, {"title": "Un", "body": ""})])
    other = make_world(session, n_programme=1, n_control=1)
    theirs = make_report(session, other.study.id, blocks=[(BlockKind.TEXT, {"title": "Leur", "body": ""})])
    block_id = session.scalar(select(ReportBlock.id).where(ReportBlock.report_id == theirs.id))

    answered = browser.post(
        address(world, f"reports/{report.id}/blocks"), data={"kind": "text", "after": str(block_id)}
    )

    assert answered.status_code == 404
    assert kinds_of(session, report) == [BlockKind.TEXT]


def test_weave_holds_nothing_of_another_study(browser, session, world):
    from coding.models import Theme

    own = make_indicator(session, world, label="Le nôtre")
    other = make_world(session, n_programme=25, n_control=20)
    answer_situations(session, other, "T2", programme=10, control=8)
    foreign = make_indicator(session, other, label="Indicateur des autres")
    themes = [Theme(study_id=world.study.id, name="Peur"), Theme(study_id=other.study.id, name="Thème des autres")]
    session.add_all(themes)
    session.commit()
    asked = {"theme": [str(theme.id) for theme in themes], "indicator": [str(own.id)]}
    both = asked | {"indicator": [str(own.id), str(foreign.id)]}

    alone, mixed = (browser.post(address(world, "weaving/export"), data=data).data for data in (asked, both))
    only_foreign = browser.post(
        address(world, "weaving/export"), data={"theme": asked["theme"], "indicator": [str(foreign.id)]}
    )

    assert mixed == alone
    assert b"des autres" not in alone
    assert b"des autres" not in only_foreign.data


def test_weave_of_unlinked_answers_has_only_everyone(browser, session, world):
    from coding.models import Theme
    from surveys.models import Response

    make_indicator(session, world)
    session.add(Theme(study_id=world.study.id, name="Peur"))
    session.execute(update(Response).values(participant_id=None))
    session.commit()

    page = browser.get(address(world, "weaving/")).text

    heads = page.split("<thead>")[1].split("</thead>")[0]
    assert ("Ensemble" in heads, "Groupe programme" in heads, "Écart" in heads) == (True, False, False)
    assert "Juger" in page


def test_judging_page_shows_what_the_theme_says(browser, session, world):
    from coding.models import Theme, ThemeCode
    from studies.models import Account
    from tests.factories.coding import code_words, make_code, make_transcript

    indicator = make_indicator(session, world)
    code = make_code(world.study)
    theme = Theme(study_id=world.study.id, name="Peur")
    session.add(theme)
    session.flush()
    session.add(ThemeCode(theme_id=theme.id, code_id=code.id))
    coder = session.scalars(select(Account)).first()
    code_words(make_transcript(world.study), "ils vont me couper", code, coder)

    page = browser.get(address(world, f"weaving/{theme.id}/{indicator.id}")).text

    assert "ils vont me couper" in page
    assert "40,0" in page


@pytest.mark.slow
# WeasyPrint leaves to the collector a file that it opened, as in the test of the version that left.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_draft_is_printed_marked_and_issues_nothing(app, browser, session, world):
    from app.reports.job import body_of_draft, draft_path, gather_draft, store_draft
    from evaluation.models import ReportIssue

    blocks = [(BlockKind.TEXT, {"title": "Un", "body": "Texte."})]
    report = make_report(session, world.study.id, blocks=blocks)
    place = address(world, f"reports/{report.id}")

    asked = browser.post(f"{place}/draft", data={"token": "a"})
    job = session.scalars(select(Job)).one()
    gathered = gather_draft(session, job)
    store_draft(session, job, body_of_draft(gathered, lambda _progress, _step="": None))
    handed = browser.get(f"{place}/draft.pdf")

    start = handed.data[:4]
    handed.close()
    assert (asked.status_code, job.kind) == (303, "report.draft")
    assert gathered["document"]["words"]["draft"] == "Brouillon"
    assert (handed.status_code, start, draft_path(report.id).is_file()) == (200, b"%PDF", True)
    assert session.scalars(select(ReportIssue)).all() == []
    assert "Dernier PDF de relecture" in browser.get(place).text


def test_issuing_and_removing_a_block_ask_first(browser, session, world):
    report = make_report(session, world.study.id, blocks=[(BlockKind.TEXT, {"title": "Un", "body": "Texte."})])
    place = address(world, f"reports/{report.id}")
    block_id = session.scalar(select(ReportBlock.id).where(ReportBlock.report_id == report.id))

    issue, remove = browser.get(f"{place}/issue"), browser.get(f"{place}/blocks/{block_id}/delete")

    assert ("Diffuser cette version" in issue.text, "Retirer ce bloc" in remove.text) == (True, True)
    assert (session.scalars(select(Job)).all(), kinds_of(session, report)) == ([], [BlockKind.TEXT])


@pytest.mark.parametrize(("item", "offered"), [("situation", False), ("confiance", True)])
def test_mean_is_offered_for_numbers_only(browser, world, item, offered):
    query = {"questionnaire": str(world.questionnaire.id), "item": item}

    page = browser.get(address(world, "indicators/new"), query_string=query).text

    assert ('value="mean"' in page, 'value="share"' in page) == (offered, True)
