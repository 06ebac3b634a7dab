"""Sentences of the editor: what a draft lacks, what is wrong with what was typed, what a step did."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "surveys.bank_not_a_question": _(
        "Only questions and texts to read can go into the bank, not groups nor calculations."
    ),
    "surveys.bank_not_found": _("The bank has no question “%(key)s” on offer."),
    "surveys.bank_speaks_of_others": _(
        "This question names others of the form, so it cannot stand alone in the bank: its words, its check or its "
        "answers would ask for something that is not there."
    ),
    "surveys.calculation_without_formula": _("This calculation has no formula yet."),
    "surveys.cascade_unfilled": _(
        "%(count)s choices do not say when they are shown (“%(of)s” for example): they would never be."
    ),
    "surveys.choice_name_malformed": _("The code “%(name)s” cannot be used: no spaces, no quotation marks."),
    "surveys.choice_not_found": _("The answer “%(name)s” is no longer in this list: somebody took it out."),
    "surveys.choice_speaks_of_unknown": _(
        "A choice of the list “%(list)s” quotes “%(of)s”, which is no question of this form any more."
    ),
    "surveys.choice_taken": _("The code “%(name)s” is already that of another answer of this list."),
    "surveys.choice_without_words": _("The answer “%(of)s” has no words."),
    "surveys.comment_empty": _("Write something before sending."),
    "surveys.comment_not_found": _("This comment is no longer there."),
    "surveys.comment_too_long": _("A comment is at most %(limit)s characters long."),
    "surveys.condition_choice": _("Condition %(place)s: choose one of the answers of the question."),
    "surveys.condition_date": _("Condition %(place)s: give a day, or “today”."),
    "surveys.condition_formula": _("This condition is a formula: it must be corrected by hand (%(source)s)."),
    "surveys.condition_number": _("Condition %(place)s: write a number, for example 12 or 3.5."),
    "surveys.condition_on_later": _("The condition looks at “%(of)s”, which is asked after this question."),
    "surveys.condition_on_lost_choice": _(
        "The condition waits for the answer “%(choice)s” of “%(of)s”, which is no longer offered."
    ),
    "surveys.condition_operator": _("Condition %(place)s: this cannot be asked of this kind of question."),
    "surveys.condition_question": _("Condition %(place)s: this question is no longer in the form. Choose another."),
    "surveys.condition_quotes": _("Condition %(place)s: a text cannot hold both kinds of quotation marks."),
    "surveys.condition_value": _("Condition %(place)s: say with what to compare."),
    "surveys.draft_has_errors": _("This draft cannot be published yet. Points to correct: %(count)s."),
    "surveys.form_without_title": _("The questionnaire has no title."),
    "surveys.group_empty": _("This group holds no question."),
    "surveys.group_into_itself": _("A group cannot go into itself."),
    "surveys.group_not_found": _("This group is no longer in the form: somebody deleted it."),
    "surveys.group_with_rule": _("This group has a condition or is repeated: remove that first, or delete the group."),
    "surveys.history_broken": _("This step can no longer be taken back: the draft was changed elsewhere."),
    "surveys.item_not_found": _("This question is no longer in the form: somebody deleted it."),
    "surveys.language_default": _(
        "This language stands in where another has no text: choose another main language before removing it."
    ),
    "surveys.language_malformed": _("The code of the language must look like “ar”, “pt-BR” or “fr-x-falc”."),
    "surveys.language_not_found": _("This language is no longer in the form: somebody removed it."),
    "surveys.language_taken": _("This language is already in the form."),
    "surveys.list_not_found": _("This list of answers is no longer in the form."),
    "surveys.list_without_question": _("The list of answers “%(of)s” is used by no question."),
    "surveys.name_taken": _(
        "The name “%(name)s” is, or was in a published version, that of another question. Choose another."
    ),
    "surveys.never_shown": _("The condition asks for two different answers to one question: nobody would see this."),
    "surveys.nothing_to_answer_here": _("The questionnaire asks nothing yet."),
    "surveys.one_choice_only": _("There is only one answer to choose from."),
    "surveys.question_without_choices": _("There is no answer to choose from yet."),
    "surveys.question_without_words": _("The question has no words yet."),
    "surveys.scale_of_one": _("The scale must go from one number to another, by steps above zero."),
    "surveys.speaks_of_unknown": _("This names “%(of)s”, which is no question of this form any more."),
    "surveys.title_missing": _("Give the questionnaire a title."),
    "surveys.title_too_long": _("The title is longer than %(limit)s characters."),
    "surveys.version_frozen": _("Version %(number)s is published: it never changes. Make a new draft from it."),
    "surveys.words_too_long": _("This text is longer than %(limit)s characters."),
}
