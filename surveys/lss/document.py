"""A survey as LimeSurvey wrote it: the tables of the dump, of version 1.9 to 6, made one shape.

Until version 3 a question has a row for each language; since 4 its texts stand in tables of their own (`*_l10ns`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.archives import open_archive, parse_xml
from core.errors import Invalid
from surveys.xlsform.problems import FormRefused, error

MAX_BYTES = 10 * 1024 * 1024
MAX_QUESTIONS = 2_000
MAX_ROWS = 100_000
_HEAD = 4_000

Row = dict[str, str]
Texts = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One possible answer of a list."""

    code: str
    texts: Texts
    scale: int
    order: int
    assessment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question or a part of one; texts are by language of LimeSurvey, attributes by name, then language ("": all)."""

    qid: str
    gid: str
    code: str
    type: str
    order: int
    texts: Texts
    helps: Texts
    scripts: Texts
    mandatory: str
    has_other: bool
    relevance: str
    pattern: str
    scale: int
    theme: str
    is_encrypted: bool = False
    attributes: Mapping[str, Texts] = field(default_factory=dict)
    parts: tuple["Question", ...] = ()
    answers: tuple[Answer, ...] = ()
    defaults: Mapping[tuple[str, str, int], Texts] = field(default_factory=dict)
    """By (id of the part or "0", kind: "", "other" or "comment", scale)."""
    conditions: tuple[Row, ...] = ()

    def attribute(self, name: str) -> str:
        """Return an attribute that has no language, or the first of its languages; "" where it is not set."""
        values = self.attributes.get(name, {})
        return (values.get("") or next((value for value in values.values() if value), "")).strip()

    def is_on(self, name: str) -> bool:
        """Whether an attribute is switched on."""
        return self.attribute(name).upper() in ("1", "Y", "YES", "TRUE", "ON")

    def on_scale(self, scale: int) -> tuple["Question", ...]:
        """Return its parts on one axis: 0 for lines, 1 for columns."""
        return tuple(part for part in self.parts if part.scale == scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionGroup:
    """A group and its questions in order."""

    gid: str
    order: int
    names: Texts
    descriptions: Texts
    relevance: str
    random_group: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The whole dump; `language` is the base one, `rows` the tables that stay tables."""

    sid: str
    version: int
    language: str
    languages: tuple[str, ...]
    settings: Row
    texts: Mapping[str, Row]
    groups: tuple[QuestionGroup, ...]
    rows: Mapping[str, list[Row]]

    def questions(self) -> Iterable[Question]:
        """Every question, in the order of the survey."""
        return (question for group in self.groups for question in group.questions)


def is_lss(content: bytes) -> bool:
    """Whether a file is LimeSurvey's: a dump in XML, or an archive (.lsa) that holds one."""
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"<"):
        return b"LimeSurveyDocType" in head or b"<document" in head
    return bool(head.startswith(b"PK") and _dump_in(content))


def _dump_in(content: bytes) -> bytes:
    """Return the dump inside an archive of LimeSurvey; nothing for any other archive."""
    try:
        with open_archive(content, file="") as archive:
            names = [name for name in archive.names if name.lower().endswith(".lss")]
            return archive.read(names[0], max_bytes=MAX_BYTES) if len(names) == 1 else b""
    except Invalid:
        return b""


def read_document(content: bytes, *, file: str) -> Survey:
    """Read a dump.

    Raises: FormRefused: too big, or no survey; Invalid: the XML is damaged or forbidden.
    """
    if content.startswith(b"PK"):
        content = _dump_in(content)
    if len(content) > MAX_BYTES:
        raise FormRefused([error("file_too_big", limit=MAX_BYTES // 1024 // 1024)])
    root = parse_xml(content, file=file, member=file, max_bytes=MAX_BYTES)
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    if root.tag != "document" or kind != "Survey":
        raise FormRefused([error("lss_not_a_survey", kind=kind or root.tag)])
    tables = {table.tag: _rows(table) for table in root}
    if sum(map(len, tables.values())) > MAX_ROWS or len(tables.get("questions", ())) > MAX_QUESTIONS:
        raise FormRefused([error("lss_too_long", questions=MAX_QUESTIONS)])
    if not tables.get("surveys"):
        raise FormRefused([error("lss_not_a_survey", kind=kind)])
    return _Tables(tables, (root.findtext("DBVersion") or "0").strip()).survey()


def _rows(table: Any) -> list[Row]:
    return [{cell.tag: (cell.text or "").strip() for cell in row} for row in table.iterfind("./rows/row")]


class _Tables:
    """The tables of one dump, and what joins them."""

    def __init__(self, tables: dict[str, list[Row]], version: str) -> None:
        self.tables = tables
        self.version = int(version) if version.isdigit() else 0
        self.settings = self.rows("surveys")[0]
        self.language = self.settings.get("language") or "en"
        self.attributes: dict[str, dict[str, Texts]] = {}
        for row in self.rows("question_attributes"):
            values = self.attributes.setdefault(row.get("qid", ""), {}).setdefault(row.get("attribute", ""), {})
            values[row.get("language", "")] = row.get("value", "")

    def rows(self, name: str) -> list[Row]:
        return self.tables.get(name, [])

    def texts(self, name: str, key: str, columns: tuple[str, ...]) -> dict[str, dict[str, Texts]]:
        """Return texts by id, column and language, wherever this version keeps them."""
        found: dict[str, dict[str, Texts]] = {}
        tables = {"questions": "question_l10ns", "groups": "group_l10ns", "answers": "answer_l10ns"}
        sources = self.rows(tables[name]) or [*self.rows(name), *(self.rows("subquestions") if key == "qid" else [])]
        for row in sources:
            language = row.get("language") or self.language
            by_column = found.setdefault(row.get(key, ""), {column: {} for column in columns})
            for column in columns:
                if row.get(column):
                    by_column[column][language] = row[column]
        return found

    def survey(self) -> Survey:
        words = {row.get("surveyls_language", ""): row for row in self.rows("surveys_languagesettings")}
        more = self.settings.get("additional_languages", "").split()
        used = ("surveys", "surveys_languagesettings", "questions", "subquestions", "answers", "groups")
        return Survey(
            sid=self.settings.get("sid", ""),
            version=self.version,
            language=self.language,
            languages=tuple(dict.fromkeys([self.language, *more])),
            settings=self.settings,
            texts=words,
            groups=self._groups(),
            rows={name: rows for name, rows in self.tables.items() if name not in used},
        )

    def _groups(self) -> tuple[QuestionGroup, ...]:
        texts = self.texts("groups", "gid", ("group_name", "description"))
        by_group: dict[str, list[Question]] = {}
        for question in self._questions():
            by_group.setdefault(question.gid, []).append(question)
        groups = [
            QuestionGroup(
                gid=row["gid"],
                order=_int(row.get("group_order")),
                names=texts.get(row["gid"], {}).get("group_name", {}),
                descriptions=texts.get(row["gid"], {}).get("description", {}),
                relevance=row.get("grelevance", ""),
                random_group=row.get("randomization_group", ""),
                questions=tuple(sorted(by_group.get(row["gid"], ()), key=lambda each: each.order)),
            )
            for row in _once(self.rows("groups"), "gid")
        ]
        return tuple(sorted(groups, key=lambda group: group.order))

    def _questions(self) -> list[Question]:
        texts = self.texts("questions", "qid", ("question", "help", "script"))
        answers = self._answers()
        defaults = self._defaults()
        conditions: dict[str, list[Row]] = {}
        for row in self.rows("conditions"):
            conditions.setdefault(row.get("qid", ""), []).append(row)
        parts: dict[str, list[Question]] = {}
        rows = [*self.rows("questions"), *self.rows("subquestions")]
        # In some versions parts stand among the questions.
        for row in _once([row for row in rows if row.get("parent_qid", "0") not in ("", "0")], "qid"):
            parts.setdefault(row["parent_qid"], []).append(self._question(row, texts))
        return [
            self._question(
                row,
                texts,
                parts=tuple(sorted(parts.get(row["qid"], ()), key=lambda part: (part.scale, part.order))),
                answers=tuple(sorted(answers.get(row["qid"], ()), key=lambda each: (each.scale, each.order))),
                defaults=defaults.get(row["qid"], {}),
                conditions=tuple(conditions.get(row["qid"], ())),
            )
            for row in _once([row for row in rows if row.get("parent_qid", "0") in ("", "0")], "qid")
        ]

    def _question(self, row: Row, texts: dict[str, dict[str, Texts]], **joined: Any) -> Question:
        own = texts.get(row["qid"], {})
        return Question(
            qid=row["qid"],
            gid=row.get("gid", ""),
            code=row.get("title", ""),
            type=row.get("type", ""),
            order=_int(row.get("question_order")),
            texts=own.get("question", {}),
            helps=own.get("help", {}),
            scripts=own.get("script", {}),
            mandatory=row.get("mandatory", "N") or "N",
            has_other=row.get("other", "N") == "Y",
            relevance=row.get("relevance", ""),
            pattern=row.get("preg", ""),
            scale=_int(row.get("scale_id")),
            theme=row.get("question_theme_name", ""),
            is_encrypted=row.get("encrypted") == "Y",
            attributes=self.attributes.get(row["qid"], {}),
            **joined,
        )

    def _answers(self) -> dict[str, list[Answer]]:
        by_id = self.texts("answers", "aid", ("answer",)) if self.rows("answer_l10ns") else {}
        by_code: dict[tuple[str, str, str], Answer] = {}
        found: dict[str, list[Answer]] = {}
        for row in self.rows("answers"):
            key = (row.get("qid", ""), row.get("code", ""), row.get("scale_id", "0"))
            known = by_code.get(key)
            if known is not None:
                known.texts.setdefault(row.get("language", self.language), row.get("answer", ""))
                continue
            by_language = {row.get("language") or self.language: row.get("answer", "")}
            answer = Answer(
                code=row.get("code", ""),
                texts=dict(by_id.get(row.get("aid", ""), {}).get("answer", {})) if by_id else by_language,
                scale=_int(row.get("scale_id")),
                order=_int(row.get("sortorder")),
                assessment=row.get("assessment_value", ""),
            )
            by_code[key] = answer
            found.setdefault(row.get("qid", ""), []).append(answer)
        return found

    def _defaults(self) -> dict[str, dict[tuple[str, str, int], Texts]]:
        found: dict[str, dict[tuple[str, str, int], Texts]] = {}
        texts: dict[str, Texts] = {}
        for row in self.rows("defaultvalue_l10ns"):
            texts.setdefault(row.get("dvid", ""), {})[row.get("language", "")] = row.get("defaultvalue", "")
        for row in self.rows("defaultvalues"):
            key = (row.get("sqid") or "0", row.get("specialtype", ""), _int(row.get("scale_id")))
            values = found.setdefault(row.get("qid", ""), {}).setdefault(key, {})
            values.update(texts.get(row.get("dvid", ""), {}))
            if row.get("defaultvalue"):
                values[row.get("language") or self.language] = row["defaultvalue"]
        return found


def _once(rows: Iterable[Row], key: str) -> list[Row]:
    """Return the first row of each id: older versions have one a language."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.get(key):
            found.setdefault(row[key], row)
    return list(found.values())


def _int(text: str | None) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else 0
