"""The languages of LimeSurvey as tags and names, and the words that LimeSurvey adds to a survey by itself."""

from typing import Final

from babel import Locale as Culture
from babel import UnknownLocaleError

from surveys.definition import Locale

# LimeSurvey's own codes where they are no BCP-47 tags.
_TAGS: Final = {
    "de-easy": "de-x-leicht",
    "cs-informal": "cs-x-informal",
    "ckb": "ckb",
    "prs": "fa-AF",
    "zh-Hant-HK": "zh-Hant-HK",
    "no": "nb",
}
_INFORMAL: Final = "-informal"


def tag_of_language(language: str) -> str:
    """Return the BCP-47 tag of one of LimeSurvey's languages: `de-informal` is `de-x-informal`."""
    if language in _TAGS:
        return _TAGS[language]
    if language.endswith(_INFORMAL):
        return f"{language.removesuffix(_INFORMAL)}-x-informal"
    return language


def locale_of(language: str) -> Locale:
    """Return a language with its name in itself."""
    tag = tag_of_language(language)
    bare, _, private = tag.partition("-x-")
    try:
        name = Culture.parse(bare, sep="-").get_display_name() or bare
    except (UnknownLocaleError, ValueError):
        name = bare
    name = name[:1].upper() + name[1:]
    return Locale(tag, f"{name} – {private}" if private else name)


# What LimeSurvey shows without its author having written it.
WORDS: Final[dict[str, dict[str, str]]] = {
    "yes": {
        "en": "Yes", "fr": "Oui", "de": "Ja", "es": "Sí", "it": "Sì", "pt": "Sim", "nl": "Ja", "ar": "نعم", "pl": "Tak",
        "tr": "Evet", "ro": "Da", "ru": "Да", "uk": "Так", "he": "כן",
    },
    "no": {
        "en": "No", "fr": "Non", "de": "Nein", "es": "No", "it": "No", "pt": "Não", "nl": "Nee", "ar": "لا",
        "pl": "Nie", "tr": "Hayır", "ro": "Nu", "ru": "Нет", "uk": "Ні", "he": "לא",
    },
    "uncertain": {
        "en": "Uncertain", "fr": "Incertain", "de": "Unsicher", "es": "Dudoso", "it": "Incerto", "pt": "Incerto",
        "nl": "Onzeker", "ar": "غير متأكد", "pl": "Niepewne", "tr": "Kararsız", "ro": "Nesigur", "ru": "Не уверен",
        "uk": "Не впевнений", "he": "לא בטוח",
    },
    "increase": {
        "en": "Increase", "fr": "Augmente", "de": "Zunahme", "es": "Aumenta", "it": "Aumenta", "pt": "Aumenta",
        "nl": "Toename", "ar": "زيادة", "pl": "Wzrost", "tr": "Artış", "ro": "Creștere", "ru": "Больше",
        "uk": "Більше", "he": "גדל",
    },
    "same": {
        "en": "Same", "fr": "Sans changement", "de": "Gleich", "es": "Igual", "it": "Uguale", "pt": "Igual",
        "nl": "Gelijk", "ar": "نفسه", "pl": "Bez zmian", "tr": "Aynı", "ro": "Neschimbat", "ru": "Так же",
        "uk": "Так само", "he": "ללא שינוי",
    },
    "decrease": {
        "en": "Decrease", "fr": "Diminue", "de": "Abnahme", "es": "Disminuye", "it": "Diminuisce", "pt": "Diminui",
        "nl": "Afname", "ar": "نقصان", "pl": "Spadek", "tr": "Azalma", "ro": "Scădere", "ru": "Меньше",
        "uk": "Менше", "he": "קטן",
    },
    "female": {
        "en": "Female", "fr": "Féminin", "de": "Weiblich", "es": "Femenino", "it": "Femmina", "pt": "Feminino",
        "nl": "Vrouw", "ar": "أنثى", "pl": "Kobieta", "tr": "Kadın", "ro": "Feminin", "ru": "Женский",
        "uk": "Жіноча", "he": "נקבה",
    },
    "male": {
        "en": "Male", "fr": "Masculin", "de": "Männlich", "es": "Masculino", "it": "Maschio", "pt": "Masculino",
        "nl": "Man", "ar": "ذكر", "pl": "Mężczyzna", "tr": "Erkek", "ro": "Masculin", "ru": "Мужской",
        "uk": "Чоловіча", "he": "זכר",
    },
    "other": {
        "en": "Other", "fr": "Autre", "de": "Sonstiges", "es": "Otro", "it": "Altro", "pt": "Outro", "nl": "Anders",
        "ar": "غير ذلك", "pl": "Inne", "tr": "Diğer", "ro": "Altul", "ru": "Другое", "uk": "Інше", "he": "אחר",
    },
    "comment": {
        "en": "Comment", "fr": "Commentaire", "de": "Kommentar", "es": "Comentario", "it": "Commento",
        "pt": "Comentário", "nl": "Opmerking", "ar": "تعليق", "pl": "Komentarz", "tr": "Yorum", "ro": "Comentariu",
        "ru": "Комментарий", "uk": "Коментар", "he": "הערה",
    },
    "answers_least": {
        "en": "Give at least {} answers.", "fr": "Donnez au moins {} réponses.",
        "de": "Bitte mindestens {} Antworten geben.", "es": "Dé al menos {} respuestas.",
        "it": "Dia almeno {} risposte.", "pt": "Dê pelo menos {} respostas.", "nl": "Geef minstens {} antwoorden.",
        "ar": "أعط {} إجابات على الأقل.", "pl": "Podaj co najmniej {} odpowiedzi.", "tr": "En az {} yanıt verin.",
        "ro": "Dați cel puțin {} răspunsuri.", "ru": "Дайте не менее {} ответов.",
        "uk": "Дайте щонайменше {} відповідей.", "he": "תנו לפחות {} תשובות.",
    },
    "answers_most": {
        "en": "Give at most {} answers.", "fr": "Donnez au plus {} réponses.",
        "de": "Bitte höchstens {} Antworten geben.", "es": "Dé como máximo {} respuestas.",
        "it": "Dia al massimo {} risposte.", "pt": "Dê no máximo {} respostas.", "nl": "Geef hoogstens {} antwoorden.",
        "ar": "أعط {} إجابات على الأكثر.", "pl": "Podaj co najwyżej {} odpowiedzi.", "tr": "En fazla {} yanıt verin.",
        "ro": "Dați cel mult {} răspunsuri.", "ru": "Дайте не более {} ответов.",
        "uk": "Дайте не більше {} відповідей.", "he": "תנו לכל היותר {} תשובות.",
    },
    "total_least": {
        "en": "The total must be at least {}.", "fr": "Le total doit être au moins {}.",
        "de": "Die Summe muss mindestens {} sein.", "es": "El total debe ser al menos {}.",
        "it": "Il totale deve essere almeno {}.", "pt": "O total deve ser pelo menos {}.",
        "nl": "Het totaal moet minstens {} zijn.", "ar": "يجب أن يكون المجموع {} على الأقل.",
        "pl": "Suma musi wynosić co najmniej {}.", "tr": "Toplam en az {} olmalı.",
        "ro": "Totalul trebuie să fie cel puțin {}.", "ru": "Сумма должна быть не менее {}.",
        "uk": "Сума має бути не менше {}.", "he": "הסכום חייב להיות לפחות {}.",
    },
    "total_most": {
        "en": "The total must be at most {}.", "fr": "Le total doit être au plus {}.",
        "de": "Die Summe darf höchstens {} sein.", "es": "El total debe ser como máximo {}.",
        "it": "Il totale deve essere al massimo {}.", "pt": "O total deve ser no máximo {}.",
        "nl": "Het totaal mag hoogstens {} zijn.", "ar": "يجب أن يكون المجموع {} على الأكثر.",
        "pl": "Suma może wynosić co najwyżej {}.", "tr": "Toplam en fazla {} olmalı.",
        "ro": "Totalul trebuie să fie cel mult {}.", "ru": "Сумма должна быть не более {}.",
        "uk": "Сума має бути не більше {}.", "he": "הסכום חייב להיות לכל היותר {}.",
    },
    "total_exact": {
        "en": "The total must be {}.", "fr": "Le total doit être {}.", "de": "Die Summe muss {} sein.",
        "es": "El total debe ser {}.", "it": "Il totale deve essere {}.", "pt": "O total deve ser {}.",
        "nl": "Het totaal moet {} zijn.", "ar": "يجب أن يكون المجموع {}.", "pl": "Suma musi wynosić {}.",
        "tr": "Toplam {} olmalı.", "ro": "Totalul trebuie să fie {}.", "ru": "Сумма должна быть {}.",
        "uk": "Сума має бути {}.", "he": "הסכום חייב להיות {}.",
    },
}  # fmt: skip


def word(name: str, language: str) -> tuple[str, bool]:
    """Return one of LimeSurvey's words in a language, and whether it is known in it; English stands in."""
    by_language = WORDS[name]
    found = by_language.get(language.lower().split("-")[0])
    return (found, True) if found else (by_language["en"], False)
