"""Surveys written as LimeSurvey dumps them: the tables of version 4 to 6, or those of 2 and 3."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

Row = Mapping[str, Any]


@dataclass
class Q:
    """A question: its code, type and words; `more` are columns of its row, `attributes` its options by name.

    An option by language is a mapping. `parts` and `answers` are code → words; parts of a second axis begin with `>`.
    """

    code: str
    type: str = "S"
    words: Any = "?"
    parts: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    help: Any = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class G:
    """A group of questions."""

    name: str
    questions: Sequence[Q]
    more: Mapping[str, Any] = field(default_factory=dict)


def lss(
    *questions: Q | G,
    language: str = "fr",
    more: str = "",
    settings: Row | None = None,
    texts: Row | None = None,
    tables: Mapping[str, Sequence[Row]] | None = None,
    old: bool = False,
) -> bytes:
    """Write a survey; texts that are no mapping are in the base language."""
    writer = _Writer(language, old=old)
    groups = [each for each in questions if isinstance(each, G)]
    loose = [each for each in questions if isinstance(each, Q)]
    for group in [*([G("Groupe", loose)] if loose else []), *groups]:
        writer.group(group)
    languages = [language, *more.split()]
    survey = {"sid": 9, "language": language, "additional_languages": more, "format": "S", **(settings or {})}
    words = [
        {"surveyls_survey_id": 9, "surveyls_language": each, "surveyls_title": "Enquête", **(texts or {})}
        for each in languages
    ]
    written = {**writer.tables, "surveys": [survey], "surveys_languagesettings": words, **(tables or {})}
    parts = [_table(name, rows) for name, rows in written.items() if rows]
    version = 177 if old else 498
    head = f"<LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>{version}</DBVersion>"
    return f'<?xml version="1.0" encoding="UTF-8"?><document>{head}{"".join(parts)}</document>'.encode()


def _table(name: str, rows: Sequence[Row]) -> str:
    cells = ["".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in row.items()) for row in rows]
    return f"<{name}><rows>{''.join(f'<row>{each}</row>' for each in cells)}</rows></{name}>"


class _Writer:
    def __init__(self, language: str, *, old: bool) -> None:
        self.language, self.old = language, old
        self.tables: dict[str, list[Row]] = {}
        self._ids = itertools.count(1)

    def add(self, table: str, **row: Any) -> None:
        self.tables.setdefault(table, []).append(row)

    def by_language(self, texts: Any) -> dict[str, str]:
        return dict(texts) if isinstance(texts, Mapping) else {self.language: str(texts)}

    def texts(self, table: str, l10n: str, row: dict[str, Any], **texts: Any) -> None:
        """Write a row and its texts, as the version does."""
        by_column = {name: self.by_language(value) for name, value in texts.items()}
        languages = dict.fromkeys(language for values in by_column.values() for language in values)
        if not self.old:
            self.add(table, **row)
        for language in languages:
            words = {name: values.get(language, "") for name, values in by_column.items()}
            if self.old:
                self.add(table, **row, language=language, **words)
            else:
                keys = {name: row[name] for name in ("qid", "gid", "aid") if name in row}
                self.add(l10n, **keys, language=language, **words)

    def group(self, group: G) -> None:
        gid = next(self._ids)
        row = {"gid": gid, "sid": 9, "group_order": gid, **group.more}
        self.texts("groups", "group_l10ns", row, group_name=group.name, description=row.pop("description", ""))
        for order, question in enumerate(group.questions):
            self.question(gid, order, question)

    def question(self, gid: int, order: int, question: Q) -> None:
        qid = next(self._ids)
        row = {
            "qid": qid, "parent_qid": 0, "sid": 9, "gid": gid, "type": question.type, "title": question.code,
            "other": "N", "mandatory": "N", "question_order": order, "scale_id": 0, "relevance": "1", **question.more,
        }  # fmt: skip
        script = row.pop("script", "")
        texts = {"question": question.words, "help": question.help, **({} if self.old else {"script": script})}
        self.texts("questions", "question_l10ns", row, **texts)
        for place, (code, words) in enumerate(question.parts.items()):
            scale, bare = (1, code[1:]) if code.startswith(">") else (0, code)
            said, relevance = words if isinstance(words, tuple) else (words, "1")
            part = {
                "qid": next(self._ids), "parent_qid": qid, "sid": 9, "gid": gid, "type": question.type,
                "title": bare, "question_order": place, "scale_id": scale, "relevance": relevance,
            }  # fmt: skip
            self.texts("subquestions", "question_l10ns", part, question=said)
            self.default(qid, part["qid"], question.defaults.get(bare))
        for place, (code, words) in enumerate(question.answers.items()):
            scale, bare = (1, code[1:]) if code.startswith(">") else (0, code)
            answer = {"qid": qid, "code": bare, "sortorder": place, "scale_id": scale, "assessment_value": place}
            if not self.old:
                answer["aid"] = next(self._ids)
            self.texts("answers", "answer_l10ns", answer, answer=words)
        for name, value in question.attributes.items():
            values = value if isinstance(value, Mapping) else {"": value}
            for language, each in values.items():
                self.add("question_attributes", qid=qid, attribute=name, value=each, language=language)
        self.default(qid, 0, question.defaults.get(""))
        self.default(qid, 0, question.defaults.get("other"), kind="other")

    def default(self, qid: int, part: int, value: Any, kind: str = "") -> None:
        if value is None:
            return
        row = {"qid": qid, "sqid": part, "scale_id": 0, "specialtype": kind}
        if self.old:
            for language, text in self.by_language(value).items():
                self.add("defaultvalues", **row, language=language, defaultvalue=text)
            return
        dvid = next(self._ids)
        self.add("defaultvalues", dvid=dvid, **row)
        for language, text in self.by_language(value).items():
            self.add("defaultvalue_l10ns", dvid=dvid, language=language, defaultvalue=text)
