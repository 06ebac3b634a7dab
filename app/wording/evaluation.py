"""Sentences for the errors of evaluation."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "evaluation.study_not_found": _("This study does not exist."),
    "evaluation.value_not_a_number": _(
        "The answer “%(value)s” is not a number: a mean cannot be computed. Choose a share, or another item."
    ),
    "evaluation.indicator_not_found": _("This indicator does not exist in this study."),
    "evaluation.item_not_found": _("No published questionnaire of this study asks “%(item)s”."),
    "evaluation.indicator_key_invalid": _(
        "The short name “%(key)s” does not fit: write lower-case letters, digits and underscores, a letter first."
    ),
    "evaluation.indicator_key_taken": _("Another indicator of this study is called “%(key)s” already."),
    "evaluation.indicator_label_missing": _("Give the indicator a name."),
    "evaluation.share_needs_choices": _("Tick at least one answer to be counted."),
    "evaluation.change_needs_baseline": _("Choose the wave the change starts from."),
    "evaluation.change_needs_two_waves": _("A change needs two different waves."),
    "evaluation.reference_malformed": _("Block %(block)s: “{{ %(reference)s }}” is not a live number."),
    "evaluation.reference_unknown": _(
        "Block %(block)s: the live number “{{ %(reference)s }}” names nothing measured in this study."
    ),
    "evaluation.report_not_found": _("This report does not exist in this study."),
    "evaluation.report_not_ready": _(
        "The report cannot be produced yet: %(count)s thing(s) to mend, the first in block %(block)s. "
        "They are listed on the page of the report."
    ),
    "evaluation.report_title_missing": _("The report has no title."),
    "evaluation.report_title_taken": _("Another report of this study has the title “%(title)s”."),
    "evaluation.report_title_ambiguous": _("This study has several reports: name one with --report."),
    "evaluation.report_locale_unknown": _("The language “%(locale)s” is not one reports are written in."),
    "evaluation.report_is_empty": _("The report has no block yet."),
    "evaluation.report_was_issued": _("“%(title)s” was issued: it stays, so that it can be recalled."),
    "evaluation.no_report": _("The study “%(study)s” has no report yet."),
    "evaluation.study_unknown": _("No study has the key “%(study)s”."),
    "evaluation.file_not_writable": _("%(file)s cannot be written: %(reason)s."),
    "evaluation.report_unknown": _("The study “%(study)s” has no report called “%(title)s”."),
    "evaluation.issue_not_found": _("Version %(number)s of this report does not exist, or its file was removed."),
    "evaluation.draft_not_found": _("This report has no draft to review yet."),
    "evaluation.block_not_found": _("This block does not exist in this report."),
    "evaluation.block_is_empty": _("Block %(block)s is empty."),
    "evaluation.section_is_empty": _(
        "Block %(block)s is a heading with nothing under it: write its text or remove it."
    ),
    "evaluation.block_title_missing": _("Block %(block)s has no title: write its finding as a sentence."),
    "evaluation.block_reading_missing": _("Block %(block)s has no “Reading” line."),
    "evaluation.block_field_missing": _("Block %(block)s has no “Field” line."),
    "evaluation.block_source_missing": _("Block %(block)s has no “Source” line."),
    "evaluation.block_without_data": _("Block %(block)s has nothing to show: no answer yet, or all of it hidden."),
    "evaluation.block_needs_indicator": _("Block %(block)s needs at least one indicator."),
    "evaluation.block_needs_theme": _("Block %(block)s needs at least one theme."),
    "evaluation.block_indicator_gone": _("Block %(block)s names an indicator that was removed."),
    "evaluation.block_without_quotes": _(
        "Block %(block)s: a quotation has no consent in force, or none is coded. A consent is recorded under "
        "Participants → the person → Consents."
    ),
    "evaluation.weaving_cell_not_found": _("This theme or this indicator does not exist in this study."),
    "evaluation.judgement_needs_sentence": _("Say in one sentence why the two strands relate so."),
}
