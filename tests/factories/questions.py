"""A form with one question of each kind and look, in French, easy French and Arabic, with its pictures and sounds."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from studies.models import Study
from surveys.form_files import keep_files, ready_file
from surveys.models import Collection
from surveys.parcels import SentFile
from surveys.services import import_questionnaire, open_collection, publish
from tests.factories.media import MP3, png

COLUMNS = (
    "type | name | label::Français (fr) | label::Français facile (fr-x-falc) | label::العربية (ar) | "
    "hint::Français (fr) | appearance | parameters | media::image | audio::Français (fr) | tresse::faces | required"
)
QUESTIONS = (
    "note | bonjour | Bonjour et merci. | Bonjour. | مرحبا | | | | logo.png | bonjour.mp3 | |",
    "text | prenom | Quel est votre prénom ? | Votre prénom ? | ما اسمك؟ | Il suffit. | | | | mot.mp3 | | yes",
    "text | recit | Racontez votre journée. | Racontez. | احك يومك | | multiline | | | | | yes",
    "text | telephone | Votre numéro ? | Votre numéro ? | رقمك؟ | | numbers | | | | | yes",
    "integer | enfants | Combien d’enfants ? | Combien d’enfants ? | كم طفلا؟ | | thousands-sep | | | | | yes",
    "decimal | distance | À combien de kilomètres ? | Loin ? | كم؟ | | | | | | | yes",
    "date | depuis | Depuis quand ? | Depuis quand ? | منذ متى؟ | | | | | | | yes",
    "date | annee | Quelle année ? | Quelle année ? | أي سنة؟ | | year | | | | | yes",
    "time | heure | À quelle heure ? | Heure ? | أي ساعة؟ | | | | | | | yes",
    "datetime | moment | Quel jour et à quelle heure ? | Quand ? | متى؟ | | | | | | | yes",
    "select_one aide | rangs | Avez-vous reçu de l’aide ? | De l’aide ? | هل تلقيت مساعدة؟ | | | | | mot.mp3 | | yes",
    "select_one dessin | images | Comment venez-vous ? | Vous venez comment ? | كيف تأتي؟ | | | | plan.png | | | yes",
    "select_one dessin | nues | Que préférez-vous ? | Vous préférez ? | ماذا تفضل؟ | | no-buttons | | | | | yes",
    "select_multiple dessin | plusieurs | Quels transports ? | Quels transports ? | أي وسائل؟ | | | | | | | yes",
    "select_one accord | visages | Êtes-vous content·e ? | Content ? | هل أنت راض؟ | | | | | | happy-first | yes",
    "select_one accord | ligne | Vous vous sentez soutenu·e ? | Soutenu ? | هل أنت مدعوم؟ | | likert | | | | | yes",
    "select_one aide | paquet | Et cette semaine ? | Et maintenant ? | وهذا الأسبوع؟ | | columns-pack | | | | | yes",
    "select_one dessin | menu | Le plus souvent ? | Souvent ? | غالبا؟ | | minimal | | | | | yes",
    "select_one court | court | Votre classe ? | Classe ? | صفك؟ | | | | | | | yes",
    "range | confiance | Confiance ? | Confiance ? | أي ثقة؟ | | | start=0 end=10 tick_labelset=bouts | | | | yes",
    "range | echelle | Quelle fatigue ? | Fatigue ? | أي تعب؟ | | distress | start=0 end=10 step=1 | | | | yes",
    "range | large | Combien sur cent ? | Combien ? | كم من مئة؟ | | | start=0 end=100 step=1 | | | | yes",
    "rank dessin | ordre | Classez du meilleur au moins bon. | Classez. | رتب | | | | | | | yes",
    "acknowledge | lu | J’ai lu ces explications. | J’ai lu. | قرأت | | | | | | | yes",
    "image | photo | Une photo du lieu ? | Une photo ? | صورة المكان؟ | | | | | | | yes",
    "audio | voix | Racontez à voix haute. | Parlez. | تكلم | | | | | | | yes",
    "video | film | Un film ? | Un film ? | فيديو؟ | | | | | | | yes",
    "file | papier | Un document ? | Un papier ? | وثيقة؟ | | | | | | | yes",
    "image | signe | Signez ici. | Signez. | وقع هنا | | signature | | | | | yes",
    "geopoint | lieu | Où êtes-vous ? | Où ? | أين أنت؟ | | | | | | | yes",
    "geotrace | chemin | Par où passez-vous ? | Par où ? | من أين تمر؟ | | | | | | | yes",
    "barcode | code | Quel code-barres ? | Quel code ? | أي رمز؟ | | | | | | | yes",
    "begin_group | table | Pour chaque phrase | Pour chaque phrase | لكل جملة | | table-list | | | | |",
    "select_one accord | t1 | On m’écoute. | On m’écoute. | يستمعون إلي | | | | | | | yes",
    "select_one accord | t2 | On me répond vite. | On me répond vite. | يجيبون بسرعة | | | | | | | yes",
    "end_group | | | | | | | | | | |",
)
CHOICES = (
    "aide | oui | Oui, régulièrement | Oui | نعم | | oui.mp3",
    "aide | non | Non | Non | لا | | non.mp3",
    "dessin | bus | En bus | En bus | بالحافلة | bus.png | bus.mp3",
    "dessin | pied | À pied, par le chemin de halage | À pied | مشيا | pied.png |",
    "dessin | velo | À vélo | À vélo | بالدراجة | velo.png |",
    "accord | a5 | Tout à fait | Tout à fait | تماما | |",
    "accord | a4 | Plutôt | Plutôt | إلى حد ما | |",
    "accord | a3 | Ni oui ni non | Ni oui ni non | بين بين | |",
    "accord | a2 | Plutôt pas | Plutôt pas | ليس حقا | |",
    "accord | a1 | Pas du tout | Pas du tout | أبدا | |",
    "court | c1 | CP | CP | CP | |",
    "court | c2 | CE1 | CE1 | CE1 | |",
    "court | c3 | CE2 | CE2 | CE2 | |",
    "court | c4 | CM1 | CM1 | CM1 | |",
    "bouts | 0 | Pas du tout | Pas du tout | أبدا | |",
    "bouts | 10 | Tout à fait | Tout à fait | تماما | |",
)
EVERY_QUESTION = "\n".join(
    [
        "| survey |",
        f"| | {COLUMNS} |",
        *(f"| | {line} |" for line in QUESTIONS),
        "| choices |",
        (
            "| | list_name | name | label::Français (fr) | label::Français facile (fr-x-falc) | label::العربية (ar) | "
            "media::image | audio::Français (fr) |"
        ),
        *(f"| | {line} |" for line in CHOICES),
        "| settings |",
        "| | form_title | form_id |",
        "| | Toutes les questions | toutes |",
    ]
)
PICTURES = {"logo.png": "teal", "plan.png": "olive", "bus.png": "brown", "pied.png": "navy", "velo.png": "purple"}
SOUNDS = ("bonjour.mp3", "mot.mp3", "oui.mp3", "non.mp3", "bus.mp3")


@dataclass(frozen=True)
class AskedEverything:
    """A collection that asks every kind of question, and the keys of its pages."""

    id: UUID
    code: str
    pages: tuple[str, ...]


def ask_everything(session: Session, study: Study, form: str = EVERY_QUESTION) -> AskedEverything:
    """Import the form with its files, publish it, open it."""
    from surveys.versions import load_version

    version = import_questionnaire(session, study.id, file_name="f.md", content=form.encode())
    sent = [SentFile(name, png(120, 90, colour)) for name, colour in PICTURES.items()]
    sent += [SentFile(name, MP3) for name in SOUNDS]
    keep_files(session, study.id, version.id, [ready_file(each) for each in sent])
    publish(session, study.id, version.id)
    collection: Collection = open_collection(session, study.id, version_id=version.id, title="Tout")
    session.commit()
    return AskedEverything(
        collection.id, collection.token, tuple(page.key for page in load_version(session, version.id).pages)
    )
