"""A small form to start from: one question of each kind, skip logic, a check, two languages, and a sheet of help."""

from core.tables import Table

_FRENCH = "Français (fr)"
_SURVEY = (
    "type",
    "name",
    "label::Français (fr)",
    "label::English (en)",
    "hint::Français (fr)",
    "hint::English (en)",
    "required",
    "relevant",
    "constraint",
    "constraint_message::Français (fr)",
    "constraint_message::English (en)",
    "calculation",
    "appearance",
    "parameters",
)
_FIELDS = {
    **{name.split("::")[0]: name for name in _SURVEY if not name.endswith("(en)")},
    **{f"{name.split('::')[0]}_en": name for name in _SURVEY if name.endswith("(en)")},
}


def example_form() -> list[Table]:
    """Return the sheets of the form; read back, it imports without a remark."""
    return [
        Table("survey", _SURVEY, tuple(_row(**question) for question in _QUESTIONS)),
        Table("choices", ("list_name", "name", "label::Français (fr)", "label::English (en)"), _CHOICES),
        Table("settings", ("form_title", "form_id", "default_language"), (("Mon questionnaire", "exemple", _FRENCH),)),
        Table("_aide", ("Feuille", "Colonne", "À quoi elle sert"), _HELP),
    ]


def _row(**cells: str) -> tuple[str | None, ...]:
    by_column = {_FIELDS[name]: value for name, value in cells.items()}
    return tuple(by_column.get(column) for column in _SURVEY)


_QUESTIONS: tuple[dict[str, str], ...] = (
    {"type": "begin_group", "name": "debut", "label": "Vous", "label_en": "You", "appearance": "field-list"},
    {"type": "note", "name": "bonjour", "label": "Merci de prendre ce temps.", "label_en": "Thank you for your time."},
    {
        "type": "select_one situation",
        "name": "situation",
        "label": "En ce moment, que faites-vous ?",
        "label_en": "What are you doing at the moment?",
        "required": "yes",
    },
    {
        "type": "decimal",
        "name": "heures",
        "label": "Combien d’heures par semaine ?",
        "label_en": "How many hours a week?",
        "relevant": "${situation} = 'emploi'",
        "constraint": ". > 0 and . <= 60",
        "constraint_message": "Écrivez un nombre entre 1 et 60.",
        "constraint_message_en": "Write a number between 1 and 60.",
    },
    {
        "type": "calculate",
        "name": "temps_partiel",
        "calculation": "if(${heures} != '' and ${heures} < 35, 1, 0)",
    },
    {"type": "end_group", "name": "debut"},
    {
        "type": "select_multiple difficultes",
        "name": "difficultes",
        "label": "Qu’est-ce qui est difficile pour vous ?",
        "label_en": "What is difficult for you?",
        "constraint": "not(selected(., 'aucune') and count-selected(.) > 1)",
        "constraint_message": "Vous avez coché « Aucune » avec une autre réponse. Décochez l’une ou l’autre.",
        "constraint_message_en": "“None” is ticked on its own.",
    },
    {
        "type": "rank aides",
        "name": "aides",
        "label": "Qu’est-ce qui vous aide le plus ?",
        "label_en": "What helps you most?",
    },
    {
        "type": "range",
        "name": "confiance",
        "label": "Quelle confiance avez-vous, de 0 à 10 ?",
        "label_en": "How much do you trust, from 0 to 10?",
        "parameters": "start=0 end=10 step=1",
    },
    {
        "type": "date",
        "name": "depuis",
        "label": "Depuis quand ?",
        "label_en": "Since when?",
        "relevant": "${temps_partiel} = 1",
    },
    {
        "type": "text",
        "name": "mots",
        "label": "Que voulez-vous ajouter ?",
        "label_en": "What would you like to add?",
        "hint": "N’écrivez pas de nom, d’adresse ni de numéro.",
        "hint_en": "Do not write a name, an address or a number.",
    },
)
_CHOICES = (
    ("situation", "emploi", "Je travaille", "I work"),
    ("situation", "formation", "Je suis en formation", "I am in training"),
    ("situation", "recherche", "Je cherche un travail", "I am looking for a job"),
    ("difficultes", "garde", "La garde des enfants", "Childcare"),
    ("difficultes", "transport", "Les transports", "Transport"),
    ("difficultes", "aucune", "Aucune", "None"),
    ("aides", "entretien", "Les rendez-vous", "Meetings"),
    ("aides", "groupe", "Le groupe", "The group"),
    ("aides", "formation", "Une formation", "A course"),
)
_HELP = (
    ("survey", "type", "Une ligne par question : note, text, integer, decimal, date, select_one LISTE, range…"),
    ("survey", "name", "Le nom de la question dans les données : lettres sans accent, chiffres, tiret bas."),
    ("survey", "label::Français (fr)", "Les mots lus par la personne. Une colonne par langue."),
    ("survey", "hint::Français (fr)", "Une aide sous la question."),
    ("survey", "required", "yes : une réponse est attendue ; « je préfère ne pas répondre » reste possible."),
    ("survey", "relevant", "La condition d’affichage. ${situation} est la réponse à la question « situation »."),
    ("survey", "constraint", "Le contrôle de la réponse, qui s’écrit « . »."),
    ("survey", "calculation", "Une valeur calculée, jamais montrée."),
    ("survey", "begin_group, end_group", "Les questions d’une même page (appearance : field-list)."),
    ("choices", "list_name", "Le nom de la liste, celui qui suit select_one, select_multiple ou rank."),
    ("choices", "name", "Le code de la modalité dans les données, sans espace."),
    ("settings", "form_id", "Le nom du formulaire : le même nom en fait la version suivante."),
)
