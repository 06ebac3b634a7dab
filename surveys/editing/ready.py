"""Lists of answers that come ready, in the languages known here."""

from collections.abc import Mapping

from surveys.definition import Definition, Texts

_YES_NO: Mapping[str, Texts] = {
    "oui": {"fr": "Oui", "en": "Yes", "es": "Sí", "pt": "Sim", "de": "Ja", "it": "Sì", "tr": "Evet", "ar": "نعم"},
    "non": {"fr": "Non", "en": "No", "es": "No", "pt": "Não", "de": "Nein", "it": "No", "tr": "Hayır", "ar": "لا"},
}


def yes_no(definition: Definition) -> dict[str, Texts]:
    """Return yes and no in the languages of a form, those that are known; easy French is French."""
    return {name: _in_languages(definition, texts) for name, texts in _YES_NO.items()}


def _in_languages(definition: Definition, texts: Texts) -> Texts:
    found = {}
    for locale in definition.locales:
        text = texts.get(locale.tag.partition("-")[0].lower())
        if text:
            found[locale.tag] = text
    return found or {definition.default_locale: texts["fr"]}
