"""The phone's interpreter against the cases recorded from ODK's own engine: same as ours, or left to the server."""

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from surveys.expressions import ExpressionError, parse
from tests.conformance.test_expressions import compute, read_document, recorded
from tests.phone.engine import ask_phone, number_text, plain_tree

__all__ = ["recorded"]


def expected(case, documents, zone, locale):
    try:
        answer = compute(case, documents[case["xml"]], zone, locale)
    except ExpressionError as error:
        return {"failure": error.code}
    return {"number": number_text(answer)} if isinstance(answer, float) else {"value": answer}


def test_phone_gives_the_recorded_answers_of_expressions(recorded):
    zone, locale = recorded["env"]["timezone"], recorded["env"]["locale"]
    documents = [read_document(source) for source in recorded["documents"]]
    cases = [
        {
            "document": case["xml"],
            "context": parse(case["context"]).tree,
            "tree": parse(case["expression"], strict=False).tree,
            "type": case["type"],
        }
        for case in recorded["tests"]
    ]
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC).isoformat()
    answers = ask_phone(
        expressions={
            "zone": zone,
            "locale": locale,
            "moment": moment,
            "documents": [plain_tree(each) for each in documents],
            "cases": cases,
        }
    )["expressions"]

    computed = [
        (case["expression"], expected(case, documents, ZoneInfo(zone), locale), answer)
        for case, answer in zip(recorded["tests"], answers, strict=True)
        if answer != {"ask": True}
    ]
    disagreements = [each for each in computed if normal(each[1]) != normal(each[2])]

    assert disagreements == []
    assert len(computed) / len(answers) > 0.85


def normal(answer):
    if "number" not in answer:
        return answer
    number = float(answer["number"])
    return "NaN" if math.isnan(number) else number
