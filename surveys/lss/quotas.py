"""Quotas of LimeSurvey as those that collections of ours can have: a limit for who gave some answers."""

from collections.abc import Iterator
from typing import Any

from surveys.definition import OFFERED_QUOTAS
from surveys.lss.document import Question, Row
from surveys.lss.names import LISTS_OF_WORDS, OTHER
from surveys.lss.reading import Place, Reading


def read_quotas(reading: Reading) -> dict[str, Any]:
    """Return the setting that offers the quotas of a survey to its collections; each is remarked, kept or not.

    In LimeSurvey a person counts who gave one of the answers named for each question named.
    """
    kept = []
    for quota in _once(reading.survey.rows.get("quota", ())):
        members = [row for row in reading.survey.rows.get("quota_members", ()) if row.get("quota_id") == quota["id"]]
        conditions = _conditions(reading, members)
        limit = quota.get("qlimit", "")
        said = {"name": quota.get("name", ""), "limit": limit, "members": ", ".join(_said(reading, members))}
        is_wanted = quota.get("active", "1") != "0" and limit.isdigit() and int(limit) > 0
        if conditions and is_wanted:
            kept.append({"label": quota.get("name", ""), "target": int(limit), "conditions": conditions})
            reading.warn("lss_quota_offered", Place(), **said)
        else:
            reading.warn("lss_quota", Place(), **said)
    return {OFFERED_QUOTAS: kept} if kept else {}


def _once(rows: Any) -> list[Row]:
    return list({row.get("id", ""): row for row in rows if row.get("id")}.values())


def _said(reading: Reading, members: list[Row]) -> Iterator[str]:
    codes = {question.qid: question.code for question in reading.survey.questions()}
    for row in members:
        yield f"{codes.get(row.get('qid', ''), row.get('qid', ''))} = {row.get('code', '')}"


def _conditions(reading: Reading, members: list[Row]) -> list[dict[str, Any]]:
    """Return what must hold, by item; none where one of the answers named is no answer of an item here."""
    questions = {question.qid: question for question in reading.survey.questions()}
    found: dict[str, list[str]] = {}
    for row in members:
        question = questions.get(row.get("qid", ""))
        answer = _answer(reading, question, row.get("code", "")) if question else None
        if answer is None:
            return []
        found.setdefault(answer[0], []).append(answer[1])
    return [{"item": item, "values": values} for item, values in found.items()]


def _answer(reading: Reading, question: Question, code: str) -> tuple[str, str] | None:
    """Return the item and the choice that a member of a quota names: `SQ001-3` for a line of a table."""
    own = reading.names.of(question.qid)
    part, separator, value = code.partition("-")
    if question.type in "AB" and separator:
        variable = reading.variables.of_part(question.qid, part)
        return None if variable is None else (str(variable.tree[1]), value)
    if question.type in "LO!":
        codes = {answer.code for answer in question.answers} | ({OTHER} if question.has_other else set())
    elif question.type == "M":
        codes = {each.code for each in question.parts}
    else:
        codes = set(LISTS_OF_WORDS.get(question.type, "")) if question.type in "YG" else set()
    return (own, code) if code in codes else None
