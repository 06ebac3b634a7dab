"""Sentences for cases, attributes and sets, and for projects that come in and leave."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "coding.attribute_taken": _("There is already an attribute called “%(name)s”."),
    "coding.attribute_unknown": _("This attribute does not exist any more."),
    "coding.case_taken": _("There is already a case called “%(name)s”."),
    "coding.case_unknown": _("This case does not exist any more."),
    "coding.member_unknown": _("What was to belong to the case does not exist any more."),
    "coding.owner_unknown": _("What this value is about does not exist any more."),
    "coding.set_taken": _("There is already a set called “%(name)s”."),
    "coding.set_unknown": _("This set does not exist any more."),
    "coding.value_unfit": _("“%(value)s” does not fit the type of this attribute."),
    "project.and_more": _("… and %(count)s more of the same kind."),
    "project.base_path": _("%(place)s: the file names a folder of the machine it comes from; that was not kept."),
    "project.case_unnamed": _("%(place)s: a case without a name; it is called “%(name)s”."),
    "project.code_joined": _("%(place)s: the code “%(name)s” exists here already; the two are one now."),
    "project.code_unknown": _("Codings name a code that the file does not describe (%(guid)s); it was made."),
    "project.coding_lost": _("%(place)s: codings of a whole text that is empty cannot be kept: %(count)s."),
    "project.coding_without_code": _("%(place)s: a coding without a code was left out."),
    "project.colour_invalid": _("%(place)s: “%(value)s” is not a colour; another one was chosen."),
    "project.counting_line_ends": _(
        "Positions in this file count each line end as two characters; they were converted."
    ),
    "project.counting_mark": _("Positions in this file count the mark at the beginning of texts; they were converted."),
    "project.counting_utf16": _(
        "Positions in this file count some signs (emoji) as two characters; they were converted."
    ),
    "project.database_broken": _("“%(file)s” is a damaged database, or holds more than can be read in a minute."),
    "project.database_too_large": _("“%(file)s”: the table “%(table)s” has more than %(limit)s rows."),
    "project.database_unknown": _("“%(file)s” is a database of neither Taguette nor QualCoder."),
    "project.date_invalid": _("%(place)s: “%(value)s” is not a date; it was left out."),
    "project.description_attribute": _("%(place)s: the description is written as an attribute; it was read."),
    "project.end_unknown": _(
        "%(place)s: a link to something that is not in the file (%(guid)s); the other end was kept."
    ),
    "project.format_unknown": _(
        "“%(file)s” is not a project that is read here: QDPX, QDC, Taguette (.sqlite3) or QualCoder (.qda)."
    ),
    "project.guid_invalid": _("%(place)s: “%(guid)s” is not an identifier; one was made from it."),
    "project.kept": _(
        "%(place)s: “%(name)s” is a picture, a recording or a PDF. It cannot be shown here: what the file "
        "says of it is kept, and leaves again with an export; the picture or recording itself is not kept."
    ),
    "project.marks": _("Texts that begin with a byte order mark, which was left out: %(count)s."),
    "project.media_left": _("“%(name)s” is a picture, a recording or a PDF without text; it was left out."),
    "project.member_unknown": _("%(place)s: it names something that is not in the file (%(guid)s)."),
    "project.name_doubled": _(
        "%(place)s: two codes are called “%(name)s” in the same place; the second has a number now."
    ),
    "project.namespace": _(
        "%(place)s: the namespace “%(namespace)s” is not that of the standard; the file was read all the same."
    ),
    "project.no_code": _("There is no code yet: a codebook file cannot be empty."),
    "project.no_project": _("“%(file)s” holds no project (no .qde file)."),
    "project.not_refi": _("“%(file)s” is neither a project nor a codebook of the REFI-QDA standard."),
    "project.not_utf8": _("“%(member)s” is not written in UTF-8; it was read as Windows-1252. Check the accents."),
    "project.not_written": _("“%(name)s” came in against the rules of the standard, and could not be written again."),
    "project.note_coded": _("%(place)s: codings on the text of a memo were left out."),
    "project.note_unknown": _("A memo is referred to that is not in the file, or by something that is not (%(guid)s)."),
    "project.path_outside": _("“%(file)s” is refused: its part “%(member)s” points outside the file."),
    "project.position_invalid": _("%(place)s: the limits of this selection are not numbers; its words were searched."),
    "project.qde_name": _("The project is called “%(member)s” in the archive, not project.qde."),
    "project.rich_text_read": _("%(place)s: the plain text is missing; the words were read in “%(path)s”."),
    "project.rows_left": _("The table “%(table)s” cannot be kept: %(count)s rows."),
    "project.schema_attribute": _("%(place)s: an attribute that the standard does not know (%(what)s)."),
    "project.schema_content": _("%(place)s: an element that the standard does not expect there (%(what)s)."),
    "project.schema_missing": _("%(place)s: an attribute that the standard asks for is missing (%(what)s)."),
    "project.schema_value": _("%(place)s: a value that the standard does not allow (%(what)s)."),
    "project.selection_empty": _(
        "%(place)s, “%(source)s”: a selection of no character; it was widened to the word there."
    ),
    "project.selection_lost": _("%(place)s: the words of this selection are nowhere in the text; it was left out."),
    "project.selection_outside": _(
        "%(place)s, “%(source)s”: a selection beyond the text, which has %(last)s characters; it was cut."
    ),
    "project.selection_reversed": _(
        "%(place)s, “%(source)s”: a selection that ends before it begins; its limits were exchanged."
    ),
    "project.several_projects": _("The database holds %(count)s projects; the first one, “%(name)s”, was read."),
    "project.text_differs": _(
        "%(place)s: the text of “%(source)s” is not the one of the study; selections were placed by their words."
    ),
    "project.text_missing": _(
        "%(place)s: the text of “%(source)s” is not in the file; what selections quote of it is at its place,"
        " blanks elsewhere."
    ),
    "project.two_texts": _("%(place)s: two texts are given for one source; that of the file was read."),
    "project.type_invalid": _("%(place)s: “%(value)s” is not a type of variable; it was read as text."),
    "project.unknown_source": _("%(place)s: an unknown kind of source (%(kind)s) was left out."),
    "project.user_unknown": _("The file names a person whom it does not describe (%(guid)s)."),
    "project.value_unfit": _("%(place)s: “%(value)s” does not fit the type of its variable; it was left out."),
    "project.variable_unknown": _(
        "%(place)s: the value of a variable that the file does not describe (%(guid)s) was left out."
    ),
    "project.words_searched": _(
        "%(place)s, “%(source)s”: positions do not fall on the words quoted for %(count)s selections of "
        "%(of)s; these were placed by their words."
    ),
    "project.import_unknown": _("There is no such project here."),
    "project.upload_gone": _("This project does not wait any more: send it again."),
}
