"""Sentences for the errors, notices and steps of coding."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "coding.act_unreadable": _("This could not be read. Reload the page and try again."),
    "coding.agreement_coders": _("Choose two coders at least (%(limit)s at most)."),
    "coding.agreement_codes": _("Choose %(limit)s codes at most."),
    "coding.agreement_no_code": _("These coders have used no code yet."),
    "coding.agreement_seed": _("“%(typed)s” is not a seed: write digits only."),
    "coding.agreement_unit": _("Choose what is compared."),
    "coding.agreement_unknown": _("This measure does not exist any more."),
    "coding.assign_each": _("Give each transcript to 1 to %(limit)s of the chosen coders."),
    "coding.assign_nothing": _("Choose at least one transcript, and at least one coder where one is needed."),
    "coding.assignment_unknown": _("This transcript was not given to you."),
    "coding.attribute_unreadable": _(
        "Attributes, line %(line)s: write a name, a colon and a value (%(limit)s attributes at most)."
    ),
    "coding.clusters_k": _("Choose between 2 and %(limit)s groups."),
    "coding.clusters_k_unreadable": _("“%(typed)s” is not a number of groups."),
    "coding.clusters_too_few": _(
        "There are only %(count)s uncoded segments; at least %(least)s are needed to group them."
    ),
    "coding.clusters_too_many": _("There are more than %(limit)s uncoded segments. Choose some of the transcripts."),
    "coding.clusters_unknown": _("This grouping does not exist any more."),
    "coding.code_missing": _("Choose a code, or name a new one."),
    "coding.code_unknown": _("This code does not exist any more."),
    "coding.coder_unknown": _("This person does not code in this study."),
    "coding.coding_unknown": _("This coding does not exist any more."),
    "coding.colour_invalid": _("“%(colour)s” is not a colour. Write it as #1f5c7a."),
    "coding.corrected_too_long": _("The text is too long (more than %(limit)s characters)."),
    "coding.decision_missing": _("Say of each coding whether it is kept or left out."),
    "coding.docx_without_body": _("“%(file)s” is not a Word document: its part “%(member)s” is missing."),
    "coding.empty_file": _("“%(file)s” holds no text."),
    "coding.empty_selection": _("Select some words first."),
    "coding.folder_not_codable": _("“%(name)s” is a folder: choose one of its codes."),
    "coding.form_not_found": _("“%(form)s” stands in no transcript."),
    "coding.format_unknown": _("“%(file)s” is a %(format)s file, which is not read here. Save it as .docx or .txt."),
    "coding.group_decided": _("This group has already been kept as a code."),
    "coding.group_unknown": _("This group does not exist any more."),
    "coding.memo_about_nothing": _("A memo must be about something: the study, a transcript, a code…"),
    "coding.memo_empty": _("Write something in the memo."),
    "coding.memo_unknown": _("This memo does not exist any more."),
    "coding.merge_with_itself": _("“%(name)s” cannot be merged with itself. Choose another code."),
    "coding.move_into_itself": _("“%(name)s” cannot be moved under one of its own codes."),
    "coding.name_missing": _("Give it a name."),
    "coding.name_taken": _("“%(name)s” already exists in this place."),
    "coding.name_too_long": _("The name is too long (more than %(limit)s characters)."),
    "coding.no_answers": _("“%(title)s”: there is no answer to import."),
    "coding.name_unknown": _("This name is not in the list any more. Load the page again."),
    "coding.no_annotation": _("“%(file)s” holds no words with their times."),
    "coding.no_cue": _("“%(file)s” holds no subtitle with its times."),
    "coding.no_line_chosen": _("Choose at least one line."),
    "coding.not_yours": _("This was made by a colleague; only they or the lead of the study may change it."),
    "coding.nothing_left": _("A transcript keeps at least a word. To remove it, delete it."),
    "coding.notice_comment": _("Comments left out: %(count)s."),
    "coding.notice_deletion": _("Tracked deletions left out: %(count)s."),
    "coding.notice_hidden": _("Hidden text left out: %(count)s passages."),
    "coding.notice_insertion": _("Tracked insertions kept: %(count)s."),
    "coding.notice_note": _("Footnotes and endnotes left out: %(count)s."),
    "coding.notice_picture": _("Pictures and text boxes left out: %(count)s."),
    "coding.notice_encoding": _(
        "The file does not say how its letters are written; it was read as %(encoding)s. Check the accents."
    ),
    "coding.notice_no_speakers": _("No speaker was recognised: each paragraph is a turn (%(count)s)."),
    "coding.notice_same_speaker": _(
        "“%(label)s” looks like “%(other)s” misspelt: they are proposed as the same person."
    ),
    "coding.notice_tiers": _("Tiers left out, because they comment on what is said: %(names)s."),
    "coding.odt_locked": _("“%(file)s” is protected by a password. Save it without, then send it again."),
    "coding.odt_without_body": _("“%(file)s” is not an OpenDocument text: its part “%(member)s” is missing."),
    "coding.participant_unknown": _("This participant is not in the study."),
    "coding.pseudonym_is_a_name": _(
        "“%(pseudonym)s” cannot stand for “%(form)s”: somebody in the texts bears that name."
    ),
    "coding.pseudonym_missing": _("Say what takes the place of “%(form)s”."),
    "coding.pseudonym_shared": _("Several names have the pseudonym “%(pseudonym)s”: none can be put back alone."),
    "coding.query_empty": _("Write what to look for."),
    "coding.query_only_without": _("Say also what must be there, not only what must not."),
    "coding.query_too_long": _("The search is too long (more than %(limit)s characters)."),
    "coding.query_unreadable": _("The search cannot be read from its character %(place)s on."),
    "coding.quote_not_found": _("These words are not in turn %(turn)s."),
    "coding.rtf_too_deep": _("“%(file)s” is nested more than %(limit)s times: it cannot be read."),
    "coding.rtf_truncated": _("“%(file)s” stops before its end, at line %(line)s: the file is incomplete."),
    "coding.reason_missing": _("Write in a few words why a coding is left out: it is kept with the decision."),
    "coding.selection_too_long": _("The selection is too long (more than %(limit)s characters)."),
    "coding.speaker_unknown": _("This speaker does not exist any more."),
    "coding.step_groups": _("Grouping the segments"),
    "coding.step_lemmas": _("Finding the root of each word"),
    "coding.step_stability": _("Starting again to see whether the groups hold"),
    "coding.step_names": _("Reading the transcripts"),
    "coding.step_terms": _("Looking for typical words"),
    "coding.step_vectors": _("Comparing what the segments mean"),
    "coding.text_too_long": _(
        "“%(file)s” is too long (more than %(limit)s characters). Cut it into several transcripts."
    ),
    "coding.textgrid_broken": _("“%(file)s”, line %(line)s: this is not how a TextGrid of Praat is written."),
    "coding.theme_taken": _("There is already a theme called “%(name)s”."),
    "coding.theme_unknown": _("This theme does not exist any more."),
    "coding.title_missing": _("Give the transcript a title."),
    "coding.title_taken": _("There is already a transcript called “%(title)s”. Choose another title."),
    "coding.too_many_files": _("Too many files at once (more than %(limit)s). Send them in several goes."),
    "coding.too_many_pending": _(
        "Too many files wait to be checked (more than %(limit)s). Import or set aside some first."
    ),
    "coding.transcript_unknown": _("This transcript does not exist any more."),
    "coding.turn_missing": _("Give the number of a turn, between 1 and %(last)s."),
    "coding.undo_impossible": _("This act cannot be undone: its code or its words are gone. The one before it can."),
    "coding.version_superseded": _("The text has been corrected in the meantime. Open it again."),
    "coding.version_unknown": _("This text does not exist any more."),
    "coding.words_out_of_range": _(
        "Turn %(turn)s has words 1 to %(last)s: give the first and the last word within them, in order."
    ),
}
