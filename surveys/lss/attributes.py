"""The options that authors set on questions in LimeSurvey: which are taken over, which only change how a page looks."""

from collections.abc import Iterator
from typing import Final

from surveys.lss.document import Question

_OFF: Final = frozenset({"", "0", "N", "no", "false", "default", "normal", "off"})
# Values that LimeSurvey writes where the author chose nothing.
_DEFAULTS: Final[dict[str, frozenset[str]]] = {
    name: frozenset(values.split("|"))
    for name, values in {
        "allowed_filetypes": "png, gif, doc, odt|png, gif, doc, odt, jpg, jpeg, pdf, png, heic",
        "assessment_value": "1",
        "commented_checkbox": "checked",
        "commented_checkbox_auto": "1",
        "crop_or_resize": "resize",
        "dropdown_dates_minute_step": "1",
        "fix_height": "200",
        "fix_width": "-1",
        "location_mapheight": "300",
        "location_mapwidth": "500",
        "location_mapzoom": "11",
        "max_filesize": "10240|1024",
        "max_num_of_files": "1",
        "multiflexible_max": "10",
        "multiflexible_min": "1",
        "multiflexible_step": "1",
        "other_position": "end",
        "samechoiceheight": "1",
        "samelistheight": "1",
        "save_as_default": "N",
        "show_comment": "1",
        "show_title": "1",
        "showpopups": "1",
        "slider_custom_handle": "f1ae",
        "slider_default_set": "1",
        "slider_separator": "|",
        "statistics_showgraph": "1",
        "statistics_showmap": "1",
        "time_limit_action": "1",
        "value_range_allows_missing": "1",
    }.items()
}
# Taken over, whatever the type they may stand on.
_WORDS_ALWAYS = """array_filter array_filter_exclude em_validation_q em_validation_q_tip em_validation_sq
    em_validation_sq_tip equation exclude_all_others hidden max_answers maximum_chars min_answers
    other_comment_mandatory other_numbers_only other_replace_text prefix suffix"""
_ALWAYS: Final = frozenset(_WORDS_ALWAYS.split())
# Taken over on these types only.
_ON_TYPES: Final = {
    "answer_order": "L!R",
    "date_format": "D",
    "date_max": "D",
    "date_min": "D",
    "dualscale_headerA": "1",
    "dualscale_headerB": "1",
    "equals_num_value": "K",
    "input_boxes": ":",
    "location_mapservice": "S",
    "max_num_value": "K",
    "max_num_value_n": "KN",
    "min_num_value": "K",
    "min_num_value_n": "KN",
    "multiflexible_checkbox": ":",
    "multiflexible_max": ":",
    "multiflexible_min": ":",
    "multiflexible_step": ":",
    "num_value_int_only": "KN",
    "numbers_only": "SQ;",
    "random_order": "L!MPR1:;ABCEFHKQ",
    "slider_accuracy": "K",
    "slider_default": "K",
    "slider_default_set": "K",
    "slider_layout": "K",
    "slider_max": "K",
    "slider_min": "K",
    "slider_separator": "K",
    "subquestion_order": "MP1:;ABCEFHKQ",
    "commented_checkbox": "P",
    "use_dropdown": "FOL!1",
}
# How a page looks, what statistics and prints show: nothing that a person answers changes.
_WORDS_LOOKS = """add_platform_info addlineicon answer_width answer_width_bycolumn array_filter_style assessment_value
    autoaddnewline button_size category_separator choice_input_columns choice_title clear_default
    commented_checkbox_auto crop_or_resize cssclass display_columns display_rows display_type dropdown_dates
    dropdown_dates_minute_step dropdown_dates_month_style dropdown_prefix dropdown_prepostfix dropdown_separators
    dropdown_size fix_height fix_width hide_tip horizontal_scroll image input_size keep_aspect label_input_columns
    location_city location_country location_defaultcoordinates location_mapheight location_mapwidth location_mapzoom
    location_nodefaultfromip location_postal location_state max_subquestions only_pull other_position
    other_position_code page_break parent_order placeholder printable_help public_statistics rank_title
    repeat_headings reverse samechoiceheight samelistheight save_as_default scale_export show_comment show_grand_total
    show_handle show_number show_search show_tick show_title show_totals showpopups slider_custom_handle slider_handle
    slider_middlestart slider_orientation slider_rating slider_reset slider_reversed slider_showminmax
    statistics_graphtype statistics_showgraph statistics_showmap text_input_columns text_input_width
    value_range_allows_missing visualize width_entry thousands_separator"""
_LOOKS: Final = frozenset(_WORDS_LOOKS.split())
_OF_TIME_LIMIT: Final = "time_limit_"
_OF_SCRIPTS: Final = frozenset({"javascript", "scriptActivate"})
_WORDS_STANDARD_THEMES = """5pointchoice arrays/10point arrays/5point arrays/array arrays/column arrays/dualscale
    arrays/increasesamedecrease arrays/multiflexi arrays/texts arrays/yesnouncertain boilerplate core date equation
    file_upload gender hugefreetext language list_dropdown list_with_comment listradio longfreetext multiplechoice
    multiplechoice_with_comments multiplenumeric multipleshorttext numerical ranking shortfreetext yesno
    bootstrap_buttons bootstrap_buttons_multi bootstrap_dropdown ranking_advanced inputondemand"""
STANDARD_THEMES: Final = frozenset(_WORDS_STANDARD_THEMES.split()) | {""}


def is_set(name: str, value: str) -> bool:
    """Whether an author chose this value."""
    value = value.strip()
    if name in ("min_num_value_n", "max_num_value_n", "min_num_value", "max_num_value", "equals_num_value"):
        return value != ""
    return value not in _OFF and value not in _DEFAULTS.get(name, ())


def left_aside(question: Question) -> Iterator[tuple[str, str, bool]]:
    """Yield the name and value of each option that is set and not taken over, and whether it is about looks only."""
    for name, values in question.attributes.items():
        value = next((each for each in values.values() if is_set(name, each)), "")
        if not value or name in _ALWAYS or name in _OF_SCRIPTS or name.startswith(_OF_TIME_LIMIT):
            continue
        if question.type not in _ON_TYPES.get(name, ""):
            yield name, value, name in _LOOKS
