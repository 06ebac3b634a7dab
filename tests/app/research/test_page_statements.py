"""Pages send as many statements to the database for three objects as for one."""

import pytest
from sqlalchemy import event, select

from coding.models import Theme
from evaluation.models import BlockKind, ReportBlock
from tests.factories.evaluation import answer_situations, make_indicator, make_report, make_world
from tests.factories.studies import member_client


@pytest.fixture(params=[1, 3])
def pages(request, session):
    """The addresses of the pages of a study with 1 or 3 indicators, themes and blocks of each kind."""
    world = make_world(session, n_programme=12, n_control=12)
    for wave in ("T0", "T2"):
        answer_situations(session, world, wave, programme=8, control=6)
    cards = [make_indicator(session, world, key=f"i{rank}", label=f"I{rank}") for rank in range(request.param)]
    themes = [Theme(study_id=world.study.id, name=f"Peur {rank}") for rank in range(request.param)]
    session.add_all(themes)
    session.commit()
    notes = {"title": "Titre", "reading": "Lecture", "field": "Champ", "source": "Source"}
    blocks = [
        block
        for card, theme in zip(cards, themes, strict=True)
        for block in (
            (BlockKind.TEXT, {"title": "", "body": f"{{{{ indicator:{card.key} }}}} {{{{ theme:{theme.name} }}}}"}),
            (BlockKind.TABLE, notes | {"indicators": [str(card.id)]}),
            (BlockKind.FIGURE, notes | {"chart": "flow", "indicators": [str(card.id)]}),
            (BlockKind.WEAVING, notes | {"indicators": [str(card.id)], "themes": [str(theme.id)]}),
            (BlockKind.SELECTION_BIAS, notes | {"indicator": str(card.id)}),
        )
    ]
    report = make_report(session, world.study.id, blocks=blocks)
    return world, f"/studies/{world.study.key}", report


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("indicators/", 15),
        ("weaving/", 22),
        ("reports/{report}", 25),
        ("reports/{report}/preview", 23),
        # Five of them so that only the live numbers that resolve are offered: persons by theme (4), the flow (1).
        ("reports/{report}/blocks/{block}", 21),
    ],
)
def test_page_sends_a_fixed_number_of_statements(app, connection, session, pages, tail, expected):
    world, root, report = pages
    block = report_block(session, report)
    browser = member_client(app, world.study)
    address = f"{root}/{tail.format(report=report.id, block=block)}"
    session.expire_all()
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        answered = browser.get(address)
    finally:
        event.remove(connection, "before_cursor_execute", note)

    assert (answered.status_code, len(sent)) == (200, expected)


def report_block(session, report):
    return session.scalars(select(ReportBlock.id).where(ReportBlock.report_id == report.id)).first()
