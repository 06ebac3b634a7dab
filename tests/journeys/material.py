"""What people bring to the journey: a workbook, a list, interviews."""

import io

from tests.coding.docx_files import make_docx, paragraph

LANGUAGES = ("Français (fr)", "English (en)", "العربية (ar)")
PLAIN = ("type", "name", "required", "relevant", "constraint", "calculation", "choice_filter", "appearance")
HEADINGS = (*PLAIN, "parameters", "default", "constraint_message::Français (fr)")


def _row(kind: str, name: str, labels: tuple[str, ...] = (), **cells: str) -> dict[str, str]:
    message = {"constraint_message::Français (fr)": cells.pop("message")} if "message" in cells else {}
    translated = {f"label::{language}": label for language, label in zip(LANGUAGES, labels, strict=False)}
    return {"type": kind, "name": name} | cells | message | translated


SURVEY = (
    _row("start", "began"),
    _row("hidden", "channel", default="lettre"),
    _row("note", "hello", ("Merci de prendre ces minutes.", "Thank you for these minutes.", "شكرا على وقتكم")),
    _row(
        "select_one areas", "area", ("Dans quel territoire vivez-vous ?", "In which area do you live?", "أين تعيشون؟")
    ),
    _row("begin_group", "you", ("Vous", "You", "أنتم"), appearance="field-list"),
    _row("select_one towns", "town", ("Quelle commune ?", "Which town?", "أي مدينة؟"), choice_filter="area=${area}"),
    _row(
        "integer",
        "age",
        ("Quel âge avez-vous ?", "How old are you?", "كم عمركم؟"),
        required="yes",
        constraint=". >= 16 and . <= 99",
        message="L'âge va de 16 à 99 ans.",
    ),
    _row("end_group", ""),
    _row("begin_group", "work", ("Travail", "Work", "العمل"), appearance="field-list"),
    _row("select_one yn", "works", ("Travaillez-vous ?", "Do you work?", "هل تعملون؟"), required="yes"),
    _row(
        "decimal",
        "hours",
        ("Combien d'heures par semaine ?", "How many hours a week?", "كم ساعة في الأسبوع؟"),
        relevant="${works} = 'yes'",
        constraint=". > 0 and . <= 60",
    ),
    _row("end_group", ""),
    _row("calculate", "daily", calculation="round(${hours} div 5, 1)"),
    _row("select_multiple helps", "helped", ("Qui vous aide ?", "Who helps you?", "من يساعدكم؟")),
    _row("rank helps", "order", ("Classez ces aides.", "Put these in order.", "رتبوا هذه المساعدات")),
    _row(
        "range",
        "trust",
        ("Votre confiance, de 0 à 10 ?", "Your trust, from 0 to 10?", "ثقتكم من 0 إلى 10؟"),
        parameters="start=0 end=10 step=1",
    ),
    _row("date", "since", ("Depuis quand ?", "Since when?", "منذ متى؟")),
    _row("text", "story", ("Racontez.", "Tell us.", "احكوا لنا"), appearance="multiline"),
    _row("acknowledge", "agree", ("J'ai lu la lettre.", "I have read the letter.", "قرأت الرسالة"), required="yes"),
)
CHOICES = (
    ("areas", "north", ("Nord", "North", "الشمال"), ""),
    ("areas", "south", ("Sud", "South", "الجنوب"), ""),
    ("towns", "arlan", ("Arlan", "Arlan", "أرلان"), "north"),
    ("towns", "beauvel", ("Beauvel", "Beauvel", "بوفيل"), "north"),
    ("towns", "cassis", ("Cassine", "Cassine", "كاسين"), "south"),
    ("yn", "yes", ("Oui", "Yes", "نعم"), ""),
    ("yn", "no", ("Non", "No", "لا"), ""),
    ("helps", "peer", ("Un pair", "A peer", "شخص مثلي"), ""),
    ("helps", "pro", ("Une professionnelle", "A professional", "مختصة"), ""),
    ("helps", "kin", ("La famille", "Family", "العائلة"), ""),
)


def make_workbook() -> bytes:
    """Write the form as a workbook of three sheets."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    headings = (*HEADINGS, *(f"label::{language}" for language in LANGUAGES))
    _write(book, "survey", headings, [[row.get(name, "") for name in headings] for row in SURVEY])
    names = ("list_name", "name", *(f"label::{language}" for language in LANGUAGES), "area")
    _write(book, "choices", names, [[group, name, *labels, area] for group, name, labels, area in CHOICES])
    settings = [["Une lettre arrive", "lettre", LANGUAGES[0]]]
    _write(book, "settings", ("form_title", "form_id", "default_language"), settings)
    book.close()
    return out.getvalue()


def _write(book, name: str, headings, rows) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, headings)
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row)


def make_list() -> str:
    """Write twelve beneficiaries in two arms, and two professionals, as CSV."""
    lines = ["pseudonyme;population;site;bras;état;âge"]
    for number in range(1, 13):
        arm = "groupe programme" if number % 2 else "groupe témoin"
        lines.append(f"B{number:02};Bénéficiaires;{'Arlan' if number < 7 else 'Cassine'};{arm};invité;{25 + number}")
    lines += ["P01;Professionnel·les;Arlan;;;", "P02;Professionnel·les;Cassine;;;"]
    return "\n".join(lines)


SAID = {
    "B01": (
        "J'ai reçu la lettre un mardi et j'ai eu peur. On se dit qu'ils vont couper les aides.",
        "Ensuite l'accompagnatrice m'a appelée. Elle a pris le temps de m'écouter, sans me juger.",
        "La garde des enfants reste un problème : la crèche ferme à dix-huit heures.",
        "J'ai trouvé quelques heures de ménage, mais le bus ne passe pas le soir.",
    ),
    "B02": (
        "La lettre m'a fait peur, je l'ai laissée fermée trois jours sur la table.",
        "Personne ne m'a appelée. Je me débrouille seule avec les papiers de la caisse.",
        "La crèche n'a pas de place et la garde des enfants coûte plus que le salaire.",
        "Pour le travail il faut une voiture : le bus ne passe que deux fois.",
    ),
    "B03": (
        "Quand la lettre est arrivée j'ai pensé à une erreur, puis j'ai eu peur du contrôle.",
        "L'accompagnatrice m'écoute et m'aide pour les papiers, elle parle comme moi.",
        "Avec la garde des enfants, je ne peux pas prendre un travail du soir.",
        "Sans bus ni voiture, les heures de ménage sont trop loin.",
    ),
    "B04": (
        "Une lettre de plus, je ne lis plus les lettres de la caisse, elles font peur.",
        "Au groupe, les autres mères m'ont écoutée. On parle sans être jugées.",
        "La crèche m'a refusé la garde des enfants parce que je ne travaille pas.",
        "Le travail de nuit, sans bus, ce n'est pas possible avec des enfants.",
    ),
}
QUESTIONS = (
    "Comment cela a-t-il commencé ?",
    "Qui vous a aidée ensuite ?",
    "Et pour les enfants ?",
    "Et pour le travail ?",
)


def _turns(person: str) -> list[str]:
    said = []
    for question, answer in zip(QUESTIONS, SAID[person], strict=True):
        said += [f"Enquêtrice : {question}", f"Participante : {answer}"]
    return said


def make_text(person: str) -> bytes:
    """Write an interview as a text file."""
    return "\n\n".join(_turns(person)).encode()


def make_word(person: str) -> bytes:
    """Write an interview as a Word file."""
    return make_docx("".join(paragraph(turn) for turn in _turns(person)))


ANSWERED = (
    {"area": "south"},
    {"town": "cassis", "age": ""},
    {"works": "no"},
    {"helped": "peer"},
    {"order:missing": "unknown"},
    {"trust": ""},
    {"since:day": "1", "since:month": "2", "since:year": "2023"},
    {"story": ""},
    {"agree": "OK"},
)

FEARS = {
    "B01": "j'ai eu peur",
    "B02": "La lettre m'a fait peur",
    "B03": "j'ai eu peur du contrôle",
    "B04": "elles font peur",
}

NOTES = {
    "[name=reading]": "La confiance est de 3,7 sur 10 en moyenne.",
    "[name=field]": "Personnes qui ont répondu.",
    "[name=source]": "Questionnaire, première vague.",
}

BLOCKS = (
    ("key_points", {"[name=points]": "La lettre fait peur\nL'écoute change tout"}),
    ("text", {"[name=title]": "Ce que disent les personnes", "[name=body]": "La lettre **inquiète**."}),
    ("figure", {"[name=title]": "La confiance", "[name=chart][value=waves]": True, "[name=indicators]": True, **NOTES}),
    ("table", {"[name=title]": "La confiance en chiffres", "[name=indicators]": True, **NOTES}),
    ("weaving", {"[name=title]": "Mots et chiffres", "[name=themes]": True, "[name=indicators]": True, **NOTES}),
    ("quotes", {"[name=title]": "Des voix", "main [name=theme]": None}),
)
