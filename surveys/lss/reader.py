"""Read a survey of LimeSurvey: its dump becomes a definition like an XLSForm's, with remarks on what is left aside."""

from collections import Counter
from dataclasses import replace
from typing import Final

from surveys.definition import Definition, Group, Item, ItemType, Node
from surveys.lss.attributes import left_aside
from surveys.lss.document import QuestionGroup, read_document
from surveys.lss.languages import locale_of, tag_of_language
from surveys.lss.maker import Maker, make_group, make_item
from surveys.lss.markup import clean
from surveys.lss.names import Names
from surveys.lss.questions import read_question
from surveys.lss.quotas import read_quotas
from surveys.lss.reading import Pipes, Place, Reading, place_of_group
from surveys.lss.rules import Rules, expression
from surveys.lss.terms import Untranslatable
from surveys.lss.variables import Variables
from surveys.structure import Cycle, build_structure
from surveys.xlsform.problems import FormRefused
from surveys.xlsform.reader import ReadForm

_ROOT: Final = "data"
# Settings of a survey that change how people answer or what is kept: each that is not the usual one is named.
_USUAL: Final[dict[str, frozenset[str]]] = {
    "alloweditaftercompletion": frozenset({"N", "I"}),
    "allowregister": frozenset({"N", "I"}),
    "assessments": frozenset({"N", "I"}),
    "autoredirect": frozenset({"N", "I"}),
    "datestamp": frozenset({"N", "I", "Y"}),
    "expires": frozenset(),
    "ipaddr": frozenset({"N", "I"}),
    "navigationdelay": frozenset({"0", "-1"}),
    "nokeyboard": frozenset({"N", "I"}),
    "printanswers": frozenset({"N", "I", "Y"}),
    "publicgraphs": frozenset({"N", "I"}),
    "publicstatistics": frozenset({"N", "I"}),
    "questionindex": frozenset({"0", "-1"}),
    "refurl": frozenset({"N", "I"}),
    "savetimings": frozenset({"N", "I"}),
    "startdate": frozenset(),
    "tokenanswerspersistence": frozenset({"N", "I"}),
    "usetokens": frozenset({"N", "I"}),
}
_OWN_ADDRESS: Final = "http://www.limesurvey.org"
_MESSAGES: Final = ("email_invite", "email_remind", "email_confirm", "email_register")


def read_lss(content: bytes, *, file_name: str = "survey.lss") -> ReadForm:
    """Read a survey's structure (.lss, or an archive .lsa that holds one).

    Raises: FormRefused: with what prevents it from being read; Invalid: damaged or forbidden XML.
    """
    survey = read_document(content, file=file_name)
    names = Names()
    reading = Reading(survey, names, Variables(survey, names))
    for code, name in names.changed:
        reading.warn("lss_renamed", Place(), name=code, other=name)
    children = _children(reading)
    _remark_survey(reading)
    settings = read_quotas(reading)
    if reading.is_refused:
        raise FormRefused(reading.problems)
    definition = Definition(
        title=clean(survey.texts.get(survey.language, {}).get("surveyls_title", "")).text or survey.sid,
        form_id=f"limesurvey_{survey.sid}",
        locales=tuple(locale_of(language) for language in survey.languages),
        default_locale=tag_of_language(survey.language),
        children=tuple(_placed(node, f"/{_ROOT}") for node in children),
        choice_lists=reading.lists,
        root=_ROOT,
        settings=settings,
    )
    try:
        build_structure(definition)
    except Cycle as cycle:
        reading.refuse("cycle", Place(), path=" → ".join(cycle.path))
        raise FormRefused(reading.problems) from cycle
    if not any(item.type.is_answered for item in definition.items()):
        reading.warn("nothing_to_answer", Place())
    return ReadForm(definition, tuple(reading.problems))


def _children(reading: Reading) -> list[Node]:
    rules = Rules(reading)
    maker = Maker(reading, rules)
    children = _welcome(reading)
    for number, group in enumerate(reading.survey.groups, 1):
        nodes = _description(reading, group, number)
        for question in group.questions:
            nodes += read_question(maker, question)
        if not nodes:
            continue
        name = reading.names.take(f"group_{number}")
        place = place_of_group(group, reading.survey.language)
        pipes = Pipes(name)
        labels = reading.texts(group.names, place, pipes, role="label")
        try:
            relevant = expression([rules.of_group(group)])
        except Untranslatable:
            reading.warn("lss_expression", place, role="relevance", source=group.relevance[:300], reason="limit")
            relevant = None
        children += [*pipes.items, make_group(name, nodes, labels=labels, relevant=relevant)]
        if group.random_group:
            reading.warn("lss_random_group", place, name=group.random_group)
    return children


def _welcome(reading: Reading) -> list[Node]:
    """Return the first page: what LimeSurvey says before the first question, and the notice about data."""
    survey = reading.survey
    place, pipes = Place(), Pipes("welcome")

    def texts(name: str) -> dict[str, str]:
        html = {language: row.get(name, "") for language, row in survey.texts.items()}
        return dict(reading.texts(html, place, pipes, role=name))

    nodes: list[Node] = []
    labels, hints = texts("surveyls_welcometext"), texts("surveyls_description")
    if labels or hints:
        name = reading.names.take("welcome")
        both = {"labels": labels, "hints": hints} if labels else {"labels": hints}
        nodes.append(make_item(name, ItemType.NOTE, **both))
    notice = survey.settings.get("showsurveypolicynotice", "0")
    policy = texts("surveyls_policy_notice")
    if policy and notice in ("1", "2"):
        name = reading.names.take("policy_notice")
        nodes.append(make_item(name, ItemType.NOTE, labels=policy))
        if notice == "2":
            agreed = texts("surveyls_policy_notice_label") or policy
            errors = texts("surveyls_policy_error")
            name = reading.names.take("policy_agreed")
            nodes.append(make_item(name, ItemType.ACKNOWLEDGE, labels=agreed, required=True, required_messages=errors))
    return [*pipes.items, *nodes]


def _description(reading: Reading, group: QuestionGroup, number: int) -> list[Node]:
    place = place_of_group(group, reading.survey.language)
    name = f"group_{number}_text"
    pipes = Pipes(name)
    labels = reading.texts(group.descriptions, place, pipes, role="description")
    return [*pipes.items, make_item(reading.names.take(name), ItemType.NOTE, labels=labels)] if labels else []


def _placed(node: Node, above: str) -> Node:
    """Return a node with its path, and those below it."""
    path = f"{above}/{node.name}"
    if isinstance(node, Item):
        return replace(node, path=path)
    assert isinstance(node, Group)
    return replace(node, path=path, children=tuple(_placed(child, path) for child in node.children))


def _remark_survey(reading: Reading) -> None:
    """Name what belongs to the whole survey and is not taken over."""
    survey = reading.survey
    _remark_questions(reading)
    if survey.settings.get("format") in ("G", "A"):
        reading.warn("lss_pages", Place())
    settings = [
        f"{name}={survey.settings[name]}"
        for name, usual in _USUAL.items()
        if survey.settings.get(name, "") not in (*usual, "", "inherit")
    ]
    if settings:
        reading.warn("lss_settings", Place(), names=", ".join(settings))
    _remark_texts(reading)
    for rule in {row.get("id", ""): row for row in survey.rows.get("assessments", ())}.values():
        reading.warn("lss_assessment", Place(), name=clean(rule.get("name", "")).text)
    for parameter in survey.rows.get("survey_url_parameters", ()):
        reading.warn("lss_url_parameter", Place(), name=parameter.get("parameter", ""))
    for name in ("plugin_settings", "themes"):
        if survey.rows.get(name):
            reading.warn("lss_table", Place(), name=name)


def _remark_questions(reading: Reading) -> None:
    """Name once what many questions have: the soft way of asking for an answer, and how they look."""
    questions = list(reading.survey.questions())
    soft = [question.code for question in questions if question.mandatory == "S"]
    if soft:
        reading.warn("lss_soft_mandatory", Place(), names=", ".join(soft))
    looks = Counter(name for question in questions for name, _value, is_look in left_aside(question) if is_look)
    if looks:
        reading.warn("lss_looks", Place(), names=", ".join(f"{name} ({looks[name]})" for name in sorted(looks)))


def _remark_texts(reading: Reading) -> None:
    survey = reading.survey
    titles = {clean(row.get("surveyls_title", "")).text for row in survey.texts.values()} - {""}
    if len(titles) > 1:
        reading.warn("lss_titles", Place(language=survey.language))
    for language in survey.languages:
        words = survey.texts.get(language, {})
        end = " ".join(clean(words.get("surveyls_endtext", "")).text.split())
        if end:
            reading.warn("lss_end_text", Place(language=language), text=end[:300])
        if words.get("surveyls_url", "") not in ("", _OWN_ADDRESS):
            reading.warn("lss_end_url", Place(language=language), name=words["surveyls_url"][:200])
    if any(row.get(f"surveyls_{name}") for row in survey.texts.values() for name in _MESSAGES):
        reading.warn("lss_messages", Place())
