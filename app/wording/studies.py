"""Sentences for the errors of studies."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "draw.empty_stratum": _("A person has no stratum: everyone in the list must have one before a draw."),
    "draw.size": _("%(size)s cannot be drawn among %(listed)s people."),
    "studies.arm_unknown": _(
        "Row %(row)s, column « %(column)s »: the study has no arm « %(value)s ». Add it to the design or correct "
        "the cell."
    ),
    "studies.cell_too_long": _("Row %(row)s, column « %(column)s »: the cell is longer than 2,000 characters."),
    "studies.anchor_attribute_missing": _("Say which attribute of the person holds the date."),
    "studies.attribute_line": _("Line %(line)s: write a name, a colon and a value, as in « age: 34 »."),
    "studies.channel_unknown": _("Say how the person said it: on paper, orally or on screen."),
    "studies.consent_answer_missing": _("The sentence about answering is always asked: write it."),
    "studies.consent_body_missing": _("The text of consent is empty."),
    "studies.consent_too_long": _("The text holds %(body)s characters at most, each sentence %(sentence)s."),
    "studies.language_malformed": _(
        "“%(locale)s” is not the tag of a language. Write for example fr, ar or fr-x-falc."
    ),
    "studies.contact_column_unknown": _(
        "The column « %(column)s » is not known here. Take it out: a list of contacts holds names and contacts only."
    ),
    "studies.day_unknown": _(
        "Row %(row)s, column « %(column)s »: « %(value)s » is no date. Write it like 31/12/2025 or 2025-12-31."
    ),
    "studies.enrolled_without_taking_up": _(
        "Row %(row)s, column « %(column)s »: the person is « enrolled », yet « %(value)s » says that they did not "
        "enter the programme. Which is right? Correct this cell, or the state (« invited », for example)."
    ),
    "studies.identity_key": _(
        "The key that seals identities is not the right one. Nothing was changed; put the former key back."
    ),
    "studies.in_use": _("« %(name)s » is used by participants or collections and cannot be removed."),
    "studies.key_malformed": _(
        "The short name « %(key)s » may hold small letters, digits and dashes only, for example « %(suggestion)s »."
    ),
    "studies.key_taken": _("Another study is already called « %(key)s ». Choose another short name."),
    "studies.last_lead": _("A study needs somebody who leads it: give this role to a colleague first."),
    "studies.list_column_twice": _("The column « %(column)s » comes twice. Keep one of them."),
    "studies.list_empty": _("The list is empty: nothing was read."),
    "studies.list_no_pseudonym": _(
        "No column is called « pseudonym » (or « pseudonyme »). Columns found: %(headings)s."
    ),
    "studies.list_too_long": _("The list has more than %(limit)s rows. Split it."),
    "studies.list_too_wide": _("The list has more than %(limit)s columns. Remove those that the study does not need."),
    "studies.list_unreadable": _("The file « %(file)s » could not be read. Save it as XLSX or CSV and try again."),
    "studies.member_absent": _("This person is not in the team of this study."),
    "studies.member_twice": _("%(email)s is already in the team."),
    "studies.member_unknown": _(
        "Nobody has an account with the address %(email)s. Ask the administrator of this server to invite them first."
    ),
    "studies.months_out_of_range": _("The number of months goes from 0 to %(limit)s."),
    "studies.name_twice": _("The name « %(name)s » comes twice. Each name must be different."),
    "studies.names_changed": _(
        "« %(name)s » was renamed or removed while the list was being read. Nothing was added; read the list again."
    ),
    "studies.names_exchanged": _("Two names cannot be exchanged at once: rename one of them, save, then the other."),
    "studies.participant_in_use": _(
        "Consents, answers or interviews hang on « %(name)s »: this person can be withdrawn, not deleted."
    ),
    "studies.participant_unknown": _("There is no such person in this study."),
    "studies.place_unknown": _("This population, site or arm is not in the study any more. Choose again."),
    "studies.population_missing": _("Row %(row)s, column « %(column)s »: say which population the person belongs to."),
    "studies.population_unknown": _("Row %(row)s, column « %(column)s »: the study has no population « %(value)s »."),
    "studies.pseudonym_missing": _("Row %(row)s, column « %(column)s »: the pseudonym is missing."),
    "studies.pseudonym_needed": _("Type a pseudonym: a code, never a name."),
    "studies.pseudonym_taken": _("Somebody else in the study is already called « %(name)s »."),
    "studies.pseudonym_twice": _("Row %(row)s, column « %(column)s »: the pseudonym « %(value)s » is already taken."),
    "studies.pseudonym_unknown": _("Row %(row)s, column « %(column)s »: nobody in the study is called « %(value)s »."),
    "studies.pseudonyms_taken": _("Some of these pseudonyms were added in the meantime. Read the list again."),
    "studies.site_unknown": _(
        "Row %(row)s, column « %(column)s »: the study has no site « %(value)s ». Add it to the design or correct "
        "the cell."
    ),
    "studies.state_unknown": _(
        "Row %(row)s, column « %(column)s »: « %(value)s » is no state. Use listed, drawn, assessed, invited, "
        "enrolled, observed, lost or withdrawn."
    ),
    "studies.threshold": _("The smallest count shown must be 1 or more."),
    "studies.title_missing": _("Type a title."),
    "studies.tolerance_out_of_range": _("The tolerance goes from 0 to %(limit)s days."),
    "studies.unknown": _("There is no such study."),
    "studies.unknown_key": _("There is no study called « %(key)s »."),
    "studies.wave_line": _(
        "Line %(line)s of the waves: write a name, a comma and a whole number of months, as in « T1, 12 »."
    ),
    "studies.wave_unknown": _("There is no such wave in this study."),
    "studies.yes_no_unknown": _("Row %(row)s, column « %(column)s »: write yes or no instead of « %(value)s »."),
}
