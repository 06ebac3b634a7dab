"""A survey of LimeSurvey becomes a form that people can answer; what it loses is named."""

import io
import zipfile

import pytest

from core.errors import Invalid
from surveys.definition import Group, Item
from surveys.engine import Fault, evaluate_form
from surveys.importing import read_questionnaire
from surveys.lss.document import is_lss
from surveys.lss.reader import read_lss
from surveys.structure import build_structure
from surveys.xlsform import FormRefused, read_form
from surveys.xlsform.writer import write_form
from tests.factories.lss import G, Q, lss
from tests.factories.xforms import without_rows

TWO = {"a": "A", "b": "B"}


def definition_of(*questions, **options):
    return read_lss(lss(*questions, **options)).definition


def lines(definition):
    """Return a line for each node: type, name, words, and what rules it has."""
    found = []
    for node in definition.nodes():
        kind = node.type.value if isinstance(node, Item) else "group"
        words = definition.text(node.labels, definition.default_locale)[0]
        found.append(f"{kind} {node.name} | {words}".strip(" |"))
    return found


def remarks(content):
    return [
        (each.code.removeprefix("surveys.lss_"), {name: value for name, value in each.details.items() if value})
        for each in read_lss(content).problems
    ]


def rules(definition, key):
    """Return the rules of an item that has any."""
    item = definition.item(key)
    names = ("relevant", "constraint", "calculation", "choice_filter", "default")
    found = {name: getattr(item, name) for name in names if getattr(item, name) is not None}
    return {name: rule if isinstance(rule, str) else rule.source for name, rule in found.items()}


@pytest.mark.parametrize("old", [False, True], ids=["version 6", "version 2"])
def test_both_kinds_of_dumps_give_the_same_form(old):
    content = lss(
        G(
            "Vous",
            [
                Q("name", "S", {"fr": "Votre nom ?", "en": "Your name?"}, help={"fr": "Un seul."}),
                Q("job", "L", "Emploi ?", answers={"A1": {"fr": "Oui", "en": "Yes"}, "A2": "Non"}, defaults={"": "A2"}),
                Q("help", "M", "Aide ?", parts={"x": {"fr": "Pair", "en": "Peer"}, "y": "Pro"}, defaults={"x": "Y"}),
            ],
            more={"description": "Quelques mots.", "grelevance": "1"},
        ),
        more="en",
        old=old,
    )

    definition = read_lss(content).definition

    assert lines(definition) == [
        "group group_1 | Vous",
        "note group_1_text | Quelques mots.",
        "text name | Votre nom ?",
        "select_one job | Emploi ?",
        "select_multiple help | Aide ?",
    ]
    assert [(locale.tag, locale.name) for locale in definition.locales] == [("fr", "Français"), ("en", "English")]
    assert definition.item("name").labels == {"fr": "Votre nom ?", "en": "Your name?"}
    assert definition.item("name").hints == {"fr": "Un seul."}
    assert [(choice.name, dict(choice.labels)) for choice in definition.choice_lists["job"]] == [
        ("A1", {"fr": "Oui", "en": "Yes"}),
        ("A2", {"fr": "Non"}),
    ]
    assert rules(definition, "job") == {"default": "A2"}
    assert rules(definition, "help") == {"default": "x"}
    assert (definition.title, definition.form_id) == ("Enquête", "limesurvey_9")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Q("q", "S"), ["text q | ?"]),
        (Q("q", "T"), ["text q | ?"]),
        (Q("q", "N"), ["decimal q | ?"]),
        (Q("q", "N", attributes={"num_value_int_only": "1"}), ["integer q | ?"]),
        (Q("q", "S", attributes={"numbers_only": "1"}), ["decimal q | ?"]),
        (Q("q", "S", attributes={"location_mapservice": "1"}), ["geopoint q | ?"]),
        (Q("q", "D"), ["date q | ?"]),
        (Q("q", "D", attributes={"date_format": "dd/mm/yyyy HH:MM"}), ["datetime q | ?"]),
        (Q("q", "D", attributes={"date_format": "HH:MM"}), ["time q | ?"]),
        (Q("q", "Y"), ["select_one q | ?"]),
        (Q("q", "X"), ["note q | ?"]),
        (Q("q", "|", attributes={"allowed_filetypes": "png, jpg"}), ["image q | ?"]),
        (Q("q", "|", attributes={"allowed_filetypes": "pdf"}), ["file q | ?"]),
        (Q("q", "R", answers=TWO), ["rank q | ?"]),
        (Q("q", "O", answers=TWO), ["select_one q | ?", "text q_comment | Commentaire"]),
        (Q("q", "!", answers=TWO, more={"other": "Y"}), ["select_one q | ?", "text q_other | Autre"]),
        (
            Q("q", "P", parts=TWO),
            ["select_multiple q | ?", "text q_acomment | A – Commentaire", "text q_bcomment | B – Commentaire"],
        ),
        (Q("q", "Q", parts=TWO), ["group q | ?", "text q_a | A", "text q_b | B"]),
        (Q("q", "K", parts=TWO), ["group q | ?", "decimal q_a | A", "decimal q_b | B"]),
        (
            Q("q", "K", parts={"a": "A|peu|très"}, attributes={"slider_layout": "1", "slider_max": "5"}),
            ["group q | ?", "range q_a | A"],
        ),
        (
            Q("q", "F", parts=TWO, answers=TWO),
            ["group q | ?", "select_one q_scale", "select_one q_a | A", "select_one q_b | B"],
        ),
        (
            Q("q", ";", parts={"a": "A", ">x": "X", ">y": "Y"}),
            ["group q", "group q_a | ? – A", "text q_a_x | X", "text q_a_y | Y"],
        ),
        (
            Q("q", ":", parts={"a": "A", ">x": "X"}),
            ["group q", "group q_a | ? – A", "range q_a_x | X"],
        ),
        (
            Q("q", ":", parts={"a": "A", ">x": "X"}, attributes={"multiflexible_checkbox": "1"}),
            ["group q", "select_multiple q_a | ? – A"],
        ),
        (
            Q(
                "q", "1", parts={"a": "A"}, answers={"1": "Un", ">2": "Deux"},
                attributes={"dualscale_headerA": {"fr": "Avant"}, "dualscale_headerB": {"fr": "Après"}},
            ),
            [
                "group q_scales", "group q_0 | ? – Avant", "select_one q_scale_0", "select_one q_a_0 | A",
                "group q_1 | ? – Après", "select_one q_scale_1", "select_one q_a_1 | A",
            ],
        ),
        (Q("q", "*", "{1 + 2}", attributes={"hidden": "1"}), ["calculate q"]),
        (Q("q", "*", "Total : {1 + 2}"), ["calculate q_text1", "calculate q", "note q_shown | Total : ${q_text1}"]),
        (Q("q", "*", "{1 + 2}"), ["calculate q", "note q_shown | ${q}"]),
        (Q("q", "S", attributes={"hidden": "1"}), ["hidden q"]),
    ],
    ids=lambda value: f"{value.type} {' '.join(map(str, value.attributes))}" if isinstance(value, Q) else "",
)  # fmt: skip
def test_a_type_becomes_items(question, expected):
    assert lines(definition_of(question))[1:] == expected


@pytest.mark.parametrize(
    ("kind", "codes"),
    [("Y", "Y N"), ("G", "F M"), ("5", "1 2 3 4 5"), ("C", "Y N U"), ("E", "I S D"), ("A", "1 2 3 4 5")],
)
def test_lists_of_limesurvey_have_its_codes_and_words_of_each_language(kind, codes):
    definition = definition_of(Q("q", kind, parts=TWO if kind in "CEA" else {}), more="en ar")

    (choices,) = definition.choice_lists.values()
    assert " ".join(choice.name for choice in choices) == codes
    assert all(set(choice.labels) == {"fr", "en", "ar"} for choice in choices)


def test_a_table_is_statements_with_one_scale_on_one_page():
    definition = definition_of(Q("q", "A", parts=TWO, help="Une par ligne.", more={"mandatory": "Y"}))

    group = definition.children[0].children[0]
    assert isinstance(group, Group)
    assert (group.name, group.appearance) == ("q", "field-list")
    assert (group.labels, group.children[0].labels) == ({"fr": "?"}, {"fr": "Une par ligne."})
    assert [(item.name, item.appearance, item.list_name, item.required) for item in group.children[1:]] == [
        ("q_scale", "label", "points_5", False),
        ("q_a", "list-nolabel", "points_5", True),
        ("q_b", "list-nolabel", "points_5", True),
    ]


RULED = (
    (
        Q("n", "N", attributes={"min_num_value_n": "1", "max_num_value_n": "{age}"}),
        ". >= 1 and (${age} = '' or . <= ${age})",
    ),
    (Q("n", "S", attributes={"maximum_chars": "5"}), "string-length(.) <= 5"),
    (Q("n", "S", more={"preg": "/^[a-z]+$/"}), "regex(., '^[a-z]+$')"),
    (
        Q("n", "D", attributes={"date_min": "2020", "date_max": "{date('Y-m-d')}"}),
        ". >= date('2020-01-01') and . <= today()",
    ),
    (Q("n", "M", parts=TWO, attributes={"max_answers": "1"}), "count-selected(.) <= 1"),
    (
        Q("n", "M", parts=TWO, attributes={"exclude_all_others": "b"}),
        "not(selected(., 'b') and count-selected(.) > 1)",
    ),
    (Q("n", "N", attributes={"em_validation_q": "n > age or is_empty(n)"}), ". > ${age} or . = ''"),
    (Q("n", "N", attributes={"em_validation_sq": "this % 2"}), None),
)  # fmt: skip


@pytest.mark.parametrize(("question", "constraint"), RULED, ids=lambda value: str(value)[:40])
def test_a_rule_on_an_answer_becomes_a_constraint(question, constraint):
    definition = definition_of(Q("age", "N"), question)

    assert rules(definition, "n").get("constraint") == constraint


def test_a_rule_on_several_fields_is_a_note_that_stops_the_page():
    content = lss(
        Q("k", "K", parts=TWO, attributes={"equals_num_value": "100", "em_validation_q": "k_a > k_b",
                                           "em_validation_q_tip": {"fr": "A d'abord."}})
    )  # fmt: skip
    definition = read_lss(content).definition
    structure = build_structure(definition)

    def stopped(**answers):
        return [(each.key, each.fault.value) for each in evaluate_form(structure, answers).violations()]

    assert definition.item("k_check").labels == {"fr": "A d'abord."}
    assert definition.item("k_check_2").labels == {"fr": "Le total doit être 100."}
    assert stopped(k_a=60, k_b=40) == []
    assert stopped(k_a=60, k_b=30) == [("k_check_2", "required")]
    assert stopped(k_a=40, k_b=60) == [("k_check", "required")]
    assert stopped() == [("k_check", "required")]


def test_this_stands_for_each_field():
    definition = definition_of(
        Q("k", "K", parts=TWO, attributes={"em_validation_sq": "this > 3", "em_validation_sq_tip": {"fr": "Plus."}}),
        Q("g", ";", parts={"l": "L", ">c": "C"}, attributes={"em_validation_sq": "strlen(this) > 3"}),
    )

    assert [rules(definition, key)["constraint"] for key in ("k_a", "k_b", "g_l_c")] == [
        ". > 3",
        ". > 3",
        "string-length(.) > 3",
    ]
    assert definition.item("k_a").constraint_messages == {"fr": "Plus."}


def test_an_array_filter_shows_the_lines_that_were_chosen():
    definition = definition_of(
        Q("m", "M", parts=TWO),
        Q("f", "F", parts={**TWO, "c": "C"}, answers=TWO, attributes={"array_filter": "m"}),
        Q("g", "M", parts=TWO, attributes={"array_filter_exclude": "m"}),
    )

    assert [rules(definition, key) for key in ("f_a", "f_c")] == [{"relevant": "selected(${m}, 'a')"}, {}]
    assert rules(definition, "g") == {"choice_filter": "not(selected(${m}, name))"}


def test_a_line_has_its_own_condition():
    definition = definition_of(Q("age", "N"), Q("f", "Q", parts={"a": ("A", "age > 17"), "b": "B"}))

    assert [rules(definition, key) for key in ("f_a", "f_b")] == [{"relevant": "${age} > 17"}, {}]


def test_relevance_of_questions_and_groups_is_translated():
    definition = definition_of(
        Q("q", "Y"),
        Q("r", "S", more={"relevance": 'q.NAOK == "Y"'}),
        G("Suite", [Q("s")], more={"grelevance": "!is_empty(r)"}),
    )

    assert rules(definition, "r") == {"relevant": "${q} = 'Y'"}
    assert definition.children[1].relevant.source == "${r} != ''"


def test_a_condition_without_naok_waits_for_its_question_to_be_relevant():
    definition = definition_of(
        Q("q", "Y"),
        Q("r", "S", more={"relevance": 'q.NAOK == "Y"'}),
        Q("s", "S", more={"relevance": 'r != "x"'}),
        Q("t", "S", more={"relevance": 'r.NAOK != "x"'}),
        Q("u", "S", more={"relevance": 'r == "x"'}),
    )

    assert [rules(definition, key)["relevant"] for key in "stu"] == [
        "${q} = 'Y' and ${r} != 'x'",
        "${r} != 'x'",
        "${r} = 'x'",
    ]


def test_conditions_that_look_at_each_other_without_end_are_said():
    many = [Q(f"q{number}", "S", more={"relevance": f"q{number + 1} != 'x'"}) for number in range(300)]

    form = read_lss(lss(*many, Q("q300")))

    unguarded = [each for each in form.problems if each.code == "surveys.lss_unguarded"]
    assert 0 < len(unguarded) < 300
    assert rules(form.definition, "q299") == {"relevant": "${q300} != 'x'"}
    assert rules(form.definition, "q298") == {"relevant": "${q300} != 'x' and ${q299} != 'x'"}


def test_conditions_of_the_old_kind_are_alternatives_by_scenario():
    rows = [
        {"cid": 1, "qid": 7, "cqid": 2, "cfieldname": "9X1X2", "method": "==", "value": "Y", "scenario": 1},
        {"cid": 2, "qid": 7, "cqid": 3, "cfieldname": "9X1X3", "method": "==", "value": "a", "scenario": 1},
        {"cid": 3, "qid": 7, "cqid": 3, "cfieldname": "+9X1X3b", "method": "==", "value": "Y", "scenario": 1},
        {"cid": 4, "qid": 7, "cqid": 6, "cfieldname": "9X1X6", "method": "==", "value": " ", "scenario": 2},
        {"cid": 5, "qid": 7, "cqid": 6, "cfieldname": "9X1X6", "method": "RX", "value": "/^x/", "scenario": 2},
    ]

    definition = definition_of(Q("q", "Y"), Q("m", "M", parts=TWO), Q("t"), Q("u"), tables={"conditions": rows})

    assert rules(definition, "u") == {
        "relevant": "${q} = 'Y' and (selected(${m}, 'a') or selected(${m}, 'b')) or ${t} = '' or regex(${t}, '^x')"
    }


def test_expressions_in_texts_are_computed_before_the_question():
    definition = definition_of(
        Q("name"),
        Q("sex", "G"),
        Q("q", "S", {"fr": "Bonjour {name}, {if(sex == 'M', 'il', 'elle')} – {INSERTANS:9X1X3} {SURVEYNAME}"}),
    )

    assert definition.item("q").labels == {"fr": "Bonjour ${name}, ${q_text1} – ${q_text2} Enquête"}
    assert rules(definition, "q_text1") == {"calculation": "if(${sex} = 'M', 'il', 'elle')"}
    assert rules(definition, "q_text2") == {"calculation": "jr:choice-name(${sex}, '${sex}')"}


def test_what_has_no_words_is_called_by_its_code():
    definition = definition_of(Q("q", "L", "", answers={"a": "<img src='a.png'>", "b": "B"}))

    assert definition.item("q").labels == {"fr": "q"}
    assert [dict(choice.labels) for choice in definition.choice_lists["q"]] == [{"fr": "a"}, {"fr": "B"}]


def test_what_is_written_before_and_after_a_field_goes_to_its_hint():
    definition = definition_of(Q("q", "N", help="Par mois.", attributes={"suffix": {"fr": "euros"}}))

    assert definition.item("q").hints == {"fr": "Par mois.\n… euros"}


def test_defaults_are_values_or_computed():
    definition = definition_of(
        Q("a", "S", defaults={"": "rien"}),
        Q("b", "S", defaults={"": "{a}"}),
        Q("c", "L", answers=TWO, defaults={"": "none"}),
        Q("d", "L", answers=TWO, more={"other": "Y"}, defaults={"": "-oth-", "other": "texte"}),
    )

    found = {key: rules(definition, key).get("default") for key in ("a", "b", "c", "d", "d_other")}
    assert found == {"a": "rien", "b": "${a}", "c": None, "d": "-oth-", "d_other": "texte"}


def test_welcome_and_notice_stand_first():
    definition = definition_of(
        Q("q"),
        settings={"showsurveypolicynotice": "2"},
        texts={
            "surveyls_welcometext": "<p>Bienvenue</p>",
            "surveyls_description": "Étude",
            "surveyls_policy_notice": "Vos données.",
            "surveyls_policy_notice_label": "J'accepte",
        },
    )

    assert lines(definition)[:3] == [
        "note welcome | Bienvenue",
        "note policy_notice | Vos données.",
        "acknowledge policy_agreed | J'accepte",
    ]
    assert definition.item("policy_agreed").required is True


def test_every_feature_that_is_left_aside_is_named_with_its_place():
    content = lss(
        Q("a", "S", "A<script>x()</script>", attributes={"time_limit": "30", "cssclass": "big"}, help="<img src=x>"),
        Q("b", "I"),
        Q("c", "S", more={"mandatory": "S", "relevance": "str_replace('a', 'b', a) == 'c'", "script": "run()"}),
        Q("d", "F", parts=TWO, answers=TWO, attributes={"random_order": "1"}),
        Q("e", "Z"),
        Q("1f", "L", answers=TWO, more={"question_theme_name": "fancy"}),
        Q("g", "M"),
        G("Hasard", [Q("h", "S", "{TOKEN:EMAIL}")], more={"randomization_group": "x"}),
        settings={"format": "G", "usetokens": "Y"},
        texts={"surveyls_endtext": "Merci", "surveyls_url": "https://example.org", "surveyls_email_invite": "Venez"},
        tables={
            "quota": [{"id": 1, "name": "Femmes", "qlimit": 50}],
            "quota_members": [{"quota_id": 1, "qid": 2, "code": "F"}],
            "assessments": [{"id": 1, "name": "Score"}],
            "survey_url_parameters": [{"id": 1, "parameter": "site"}],
        },
    )

    assert remarks(content) == [
        ("renamed", {"name": "1f", "other": "q_1f"}),
        ("option", {"question": "a", "name": "time_limit", "value": "30"}),
        ("script", {"question": "a", "language": "fr", "name": "script", "role": "label"}),
        ("element", {"question": "a", "language": "fr", "name": "img", "role": "help"}),
        ("type", {"question": "b", "type": "I"}),
        ("script", {"question": "c", "language": "fr", "name": "script", "role": "script"}),
        (
            "expression",
            {
                "question": "c",
                "role": "relevance",
                "source": "str_replace('a', 'b', a) == 'c'",
                "reason": "function",
                "detail": "str_replace",
            },
        ),
        ("lines_shuffled", {"question": "d"}),
        ("type", {"question": "e", "type": "Z"}),
        ("theme", {"question": "1f", "name": "fancy"}),
        ("no_answers", {"question": "g"}),
        (
            "expression",
            {
                "question": "h",
                "language": "fr",
                "role": "text",
                "source": "TOKEN:EMAIL",
                "reason": "variable",
                "detail": "TOKEN:EMAIL",
            },
        ),
        ("random_group", {"group": "Hasard", "name": "x"}),
        ("soft_mandatory", {"names": "c"}),
        ("looks", {"names": "cssclass (1)"}),
        ("pages", {}),
        ("settings", {"names": "usetokens=Y"}),
        ("end_text", {"language": "fr", "text": "Merci"}),
        ("end_url", {"language": "fr", "name": "https://example.org"}),
        ("messages", {}),
        ("assessment", {"name": "Score"}),
        ("url_parameter", {"name": "site"}),
        ("quota", {"name": "Femmes", "limit": "50", "members": "a = F"}),
    ]


def test_quotas_on_answers_are_offered_to_collections():
    content = lss(
        Q("g", "G"),
        Q("m", "M", parts=TWO),
        Q("t", "A", parts=TWO),
        tables={
            "quota": [
                {"id": 1, "name": "Femmes aidées", "qlimit": 50, "active": 1},
                {"id": 2, "name": "Contents", "qlimit": 5, "active": 1},
                {"id": 3, "name": "Aucun", "qlimit": 0, "active": 1},
                {"id": 4, "name": "Éteint", "qlimit": 9, "active": 0},
                {"id": 5, "name": "Ailleurs", "qlimit": 9, "active": 1},
            ],
            "quota_members": [
                {"quota_id": 1, "qid": 2, "code": "F"},
                {"quota_id": 1, "qid": 3, "code": "a"},
                {"quota_id": 1, "qid": 3, "code": "b"},
                {"quota_id": 2, "qid": 6, "code": "b-5"},
                {"quota_id": 3, "qid": 2, "code": "M"},
                {"quota_id": 4, "qid": 2, "code": "M"},
                {"quota_id": 5, "qid": 2, "code": "Z"},
            ],
        },
    )

    assert read_lss(content).definition.settings == {
        "quotas": [
            {
                "label": "Femmes aidées",
                "target": 50,
                "conditions": [{"item": "g", "values": ["F"]}, {"item": "m", "values": ["a", "b"]}],
            },
            {"label": "Contents", "target": 5, "conditions": [{"item": "t_b", "values": ["5"]}]},
        ]
    }
    assert [code for code, _details in remarks(content)] == ["quota_offered"] * 2 + ["quota"] * 3


def test_a_survey_without_a_peculiarity_has_no_remark():
    assert remarks(lss(Q("q"), Q("r", "L", answers=TWO))) == []


def test_a_survey_leaves_as_an_xlsform_and_comes_back_the_same():
    definition = definition_of(
        Q("q", "F", {"fr": "« L’avis »\u00a0?", "en": "Opinion?"}, parts=TWO, answers=TWO),
        Q("r", "M", parts=TWO, attributes={"array_filter": "q", "exclude_all_others": "b"}),
        Q("s", "*", "{count(that.r)}"),
        more="en de-informal",
    )

    again = read_form(write_form(definition)).definition

    assert without_rows(again) == definition


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>", "surveys.lss_not_a_survey"),
        (b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>", "surveys.lss_not_a_survey"),
    ],
)
def test_what_is_no_survey_is_refused(content, code):
    with pytest.raises(FormRefused) as refusal:
        read_questionnaire(content, file_name="x.lss")

    assert [problem.code for problem in refusal.value.problems] == [code]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lss(Q("q"))[:-40], "uploads.xml_broken"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><document>&a;</document>', "uploads.xml_forbidden"),
        (b"<document>" + b"<a>" * 200 + b"</a>" * 200 + b"</document>", "uploads.xml_too_deep"),
    ],
)
def test_a_damaged_or_dangerous_dump_is_refused(content, code):
    with pytest.raises(Invalid) as refusal:
        read_questionnaire(content, file_name="x.lss")

    assert refusal.value.code == code


def test_circles_are_refused_with_their_path():
    content = lss(Q("a", "S", more={"relevance": "b.NAOK == 1"}), Q("b", "S", more={"relevance": "a.NAOK == 1"}))

    with pytest.raises(FormRefused) as refusal:
        read_lss(content)

    assert refusal.value.problems[0].details == {"path": "a → b → a"}


def test_a_dump_is_told_by_its_content_also_in_an_archive():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("survey_9.lss", lss(Q("q")))
        zipped.writestr("survey_9_responses.lsr", "<document/>")

    contents = (lss(Q("q")), b"\xef\xbb\xbf" + lss(Q("q")), archive.getvalue(), b"a,b", b"PK")
    assert [is_lss(each) for each in contents] == [True, True, True, False, False]
    assert read_questionnaire(archive.getvalue(), file_name="x.lsa").definition.form_id == "limesurvey_9"


def test_answer_asked_for_softly_is_asked_for_and_not_knowing_lets_people_go_on():
    definition = definition_of(Q("q", "S", more={"mandatory": "S"}))
    structure = build_structure(definition)

    assert definition.item("q").required is True
    assert [each.fault for each in evaluate_form(structure, {}).violations()] == [Fault.REQUIRED]
    assert evaluate_form(structure, {}, missing=frozenset({"q"})).violations() == ()
