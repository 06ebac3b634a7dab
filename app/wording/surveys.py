"""Sentences for the errors of surveys."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {}

# --- expressions (surveys/expressions) ---
EXPRESSIONS: dict[str, str] = {
    "expression.arity": _(
        "The function “%(detail)s” (character %(place)s) is given %(count)s values: not the number it takes."
    ),
    "expression.digest": _("“%(detail)s” is not a fingerprint or an encoding known here."),
    "expression.empty": _("The expression is empty."),
    "expression.nodes_expected": _("An answer is expected here, not the value “%(detail)s”."),
    "expression.number_too_large": _("The number at character %(place)s is too large."),
    "expression.one_node": _("The function “%(detail)s” is about one answer, and several were found."),
    "expression.pairs": _("The function “%(detail)s” takes its values in pairs: one is missing."),
    "expression.regex": _(
        "The pattern “%(detail)s” cannot be used: it is badly formed, too long, or looks around itself (?=…), \\1."
    ),
    "expression.syntax": _("The expression cannot be read at character %(place)s, at “%(detail)s”."),
    "expression.text_too_long": _("The expression makes a text longer than %(limit)s characters."),
    "expression.too_costly": _("The expression looks at more than %(limit)s answers: it must be made simpler."),
    "expression.too_deep": _("The expression has more than %(limit)s levels of brackets: it must be made simpler."),
    "expression.too_long": _("The expression has %(length)s characters; the limit is %(limit)s."),
    "expression.tree": _("The expression kept here is damaged, at “%(detail)s”."),
    "expression.unclosed_text": _("The quotation mark at character %(place)s is never closed."),
    "expression.unfinished": _("The expression stops before its end, at character %(place)s."),
    "expression.unknown_axis": _("“%(detail)s::” (character %(place)s) is not a direction of XPath."),
    "expression.unknown_function": _("The function “%(detail)s” is not known (character %(place)s)."),
}
SENTENCES |= EXPRESSIONS
# --- end of expressions ---
