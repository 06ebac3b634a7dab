"""What pyxform adds to a form by itself for `or_other`, in English: worded in the languages of the form."""

from collections.abc import Mapping
from typing import Any

from surveys.definition import Texts

# « Other » and « Specify. » of `or_other`, which pyxform writes in English only.
_OTHER = {
    "fr": ("Autre", "Précisez."),
    "en": ("Other", "Please specify."),
    "ar": ("غير ذلك", "يرجى التوضيح."),
    "de": ("Sonstiges", "Bitte angeben."),
    "es": ("Otro", "Especifique."),
    "fa": ("سایر", "لطفاً بنویسید."),
    "it": ("Altro", "Specificare."),
    "nl": ("Anders", "Geef aan."),
    "pl": ("Inne", "Proszę podać."),
    "pt": ("Outro", "Especifique."),
    "ro": ("Altul", "Precizați."),
    "ru": ("Другое", "Уточните."),
    "tr": ("Diğer", "Lütfen belirtin."),
    "uk": ("Інше", "Уточніть."),
}
OTHER = "other"
_OTHER_LABELS = {"Other", "Specify other."}


def other_texts(label: Any, tags: Mapping[str, str], plain_tag: str) -> Texts | None:
    """Return the words of what `or_other` adds in the languages of the form, None where this is no such label."""
    words = {label} if isinstance(label, str) else set(label.values()) if isinstance(label, Mapping) else set()
    if len(words) != 1 or not words <= _OTHER_LABELS:
        return None
    place = int("Specify other." in words)
    wanted = list(tags.values()) or [plain_tag]
    return {tag: _OTHER[tag.split("-")[0]][place] for tag in wanted if tag.split("-")[0] in _OTHER} | {
        tag: next(iter(words)) for tag in wanted if tag.split("-")[0] not in _OTHER
    }


def untranslated(tags: Mapping[str, str]) -> list[str]:
    """Return the languages of a form in which « Other » is not known here."""
    return [language for language, tag in tags.items() if tag.split("-")[0] not in _OTHER]
