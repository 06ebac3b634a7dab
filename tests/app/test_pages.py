"""Every page of a seeded study is well-formed HTML: parsed strictly, identifiers once, each control with its name."""

from collections import Counter
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from app.demo.seed import KEY, seed_demonstration
from studies.models import Account, Membership, Role, Study
from surveys.models import Collection
from tests.factories.studies import sign_in

pytestmark = pytest.mark.slow

PER_ENDPOINT = 2
# Pages that no link of a seeded study leads to, each looked at where it is made.
ELSEWHERE = {
    "account.choose_password": "needs a link sent by a colleague",
    "account.follow_link": "same",
    "account.follow_setup_link": "there is an account already",
    "account.set_up": "same",
    "questionnaires.show_arrival": "needs a form that a worker read: tests/app/research/test_questionnaires.py",
    "adjudication.list_passages": "needs a measure: tests/app/research/test_agreement.py",
    "agreement.show_measure": "same",
    "presence.show_live": "data for the script of the desk: tests/app/research/test_presence.py",
    "clusters.show_clustering": "needs a grouping that a worker made",
    "corrections.show_touched": "needs a corrected passage: tests/app/research/test_transcript_corrections.py",
    "projects.review_project": "needs a project that a worker read: tests/app/research/test_projects.py",
    "projects.show_import": "same",
    "projects.show_export": "same",
    "projects.fetch_export": "same",
    "comparing.show_comparison": "needs two versions: tests/app/research/test_comparing.py",
    "comments.show_comments": "tests/app/research/test_comments.py",
    "editor.ask_delete": "needs a draft: tests/app/research/test_editor.py",
    "editor.check_formula": "same",
    "editor.show_editor": "same",
    "editor.show_history": "same",
    "bank.show_question": "needs a bank: tests/app/research/test_bank.py",
    "editor_bank.choose_questions": "needs a draft: tests/app/research/test_bank.py",
    "editor_languages.show_languages": "needs a draft: tests/app/research/test_editor_languages.py",
    "editor_languages.show_translation": "same",
    "editor_preview.show_preview": "same",
    "editor_start.ask_settings": "same",
    "editor_start.show_check": "same",
    "data_imports.check_import": "needs a file: tests/app/research/test_data_imports.py",
    "data_imports.show_import": "same",
    "exports.fetch_export": "needs a file that a worker wrote",
    "exports.show_export": "same",
    "facilitate.show_code": "an image",
    "facilitate.show_count": "a fragment that the wall asks for",
    "form_files.show_file": "an image or a sound",
    "sent_files.download_all": "needs a file that was sent",
    "sent_files.show_file": "same",
    "jobs.show_job": "needs a job",
    "jobs.show_state": "same",
    "questionnaires.confirm_publication": "needs a draft",
    "reports.download_draft": "needs a draft that a worker printed; a PDF",
    "reports.download_issue": "needs an issued report; a PDF",
    "reports.read_issue": "needs an issued report",
    "respond.show_form": "what scripts compute with: tests/app/respond/test_live.py",
    "respond.ask_help": "needs a response under way",
    "respond.give_copy": "data for the program of a phone",
    "respond.give_form": "same",
    "respond.give_worker": "same",
    "respond.confirm_removal": "needs a card of a list",
    "groups.show_group": "needs a group",
    "keying.show_differences": "needs a sheet keyed twice: tests/app/research/test_paper.py",
    "keying.show_second": "same",
    "keying.show_sheet": "needs a sheet of paper: tests/app/research/test_paper.py",
    "paper.fetch_print": "needs a print that a worker made; a PDF",
    "paper.show_batch": "needs a batch of sheets: tests/app/research/test_paper.py",
    "mailing.show_step": "needs a message in the plan",
    "quotas.show_gauges": "what a page asks for as answers come",
    "respond.ask_stop": "needs a personal link",
    "respond.open_group": "needs a group",
    "respond.open_invitation": "needs a personal link",
    "respond.show_full": "needs a full quota",
    "respond.resume": "needs the link of a response",
    "respond.show_agreement": "needs a receipt",
    "respond.show_agreement_here": "needs a response under way",
    "respond.show_answers": "needs a receipt",
    "respond.show_form_file": "an image or a sound",
    "respond.show_own_file": "same",
    "respond.show_done": "needs a response that was sent",
    "respond.show_pause": "needs a response under way",
    "respond.show_page": "same",
    "respond.show_review": "same",
    "respond.take_as_data": "a file of the answers sent",
    "respond.take_as_text": "same",
    "transcripts.review_files": "needs files that were sent",
    "respond.show_earlier": "needs an earlier wave: tests/app/respond/test_earlier.py",
}


# Reached by a form, and by what was asked for.
UNLINKED = ("indicators/items", "jobs/")
# What is wrong there is a page too.
REFUSED = {"home.find_collection"}


def attributes(document, *names):
    return [element for element in document.iter() if element.tag in names]


def controls_without_name(document):
    labelled = {label.get("for") for label in attributes(document, "label")}
    wrapped = {id(inner) for label in attributes(document, "label") for inner in label.iter()}
    return [
        element.get("name") or element.get("id")
        for element in attributes(document, "input", "select", "textarea")
        if element.get("type") not in {"hidden", "submit", "button"}
        and not (element.get("id") in labelled or id(element) in wrapped)
        and element.get("aria-hidden") != "true"  # the name that password managers look for
        and not (element.get("aria-label") or element.get("aria-labelledby"))
    ]


def faults(html):
    """Return what is wrong with a page, in words."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(html)
    found = [f"line {place[0]}: {code} {details or ''}" for place, code, details in parser.errors]
    identifiers = Counter(element.get("id") for element in document.iter() if element.get("id"))
    found += [f"id {name} stands {count} times" for name, count in identifiers.items() if count > 1]
    named = {
        name
        for element in document.iter()
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls")
        for name in (element.get(attribute) or "").split()
    }
    found += [f"{name} is named and stands nowhere" for name in sorted(named - set(identifiers))]
    found += [f"{name} has no label" for name in controls_without_name(document)]
    found += [
        f"image {image.get('src')} without alt" for image in attributes(document, "img") if "alt" not in image.attrib
    ]
    headings = len(attributes(document, "h1"))
    return found + ([f"{headings} h1"] if headings != 1 else []) + ([] if document.get("lang") else ["no lang"])


def links(html, path):
    document = html5lib.parse(html, namespaceHTMLElements=False)
    found = (urlsplit(urljoin(path, link.get("href"))) for link in attributes(document, "a") if link.get("href"))
    return [f"{to.path}?{to.query}".rstrip("?") for to in found if not to.scheme and not to.netloc]


def walk(app, client, starts):
    """Return {address: faults} of the pages reached, a few of each endpoint, and the endpoints seen."""
    addresses = app.url_map.bind("localhost")
    waiting, seen, counted, wrong = list(starts), set(), Counter(), {}
    while waiting:
        path = waiting.pop(0)
        try:
            endpoint, _values = addresses.match(urlsplit(path).path)
        except HTTPException:
            endpoint = "nowhere"
        if path in seen or endpoint == "static" or counted[endpoint] >= PER_ENDPOINT:
            continue
        seen.add(path)
        counted[endpoint] += 1
        answer = client.get(path)
        if answer.status_code == 303:
            waiting.append(answer.location)
        elif answer.status_code != 200 and endpoint not in REFUSED:
            wrong[path] = [f"status {answer.status_code}"]
        elif answer.mimetype == "text/html":
            wrong[path] = faults(answer.text)
            waiting += links(answer.text, path)
    return {path: what for path, what in wrong.items() if what}, set(counted)


@pytest.fixture
def lead(session):
    seed_demonstration(session)
    return session.scalar(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .join(Study, Study.id == Membership.study_id)
        .where(Study.key == KEY, Membership.role == Role.LEAD)
    )


def test_every_page_is_well_formed(app, client, session, lead):
    token = session.scalars(select(Collection.token)).first()
    outside, seen_outside = walk(app, app.test_client(), ["/", "/account/sign-in", "/answer", "/recu", f"/r/{token}"])
    lead.is_admin = True
    session.flush()
    sign_in(client, lead)

    starts = ["/", "/gallery", "/facilitate", *(f"/studies/{KEY}/{page}" for page in UNLINKED)]
    inside, seen_inside = walk(app, client, starts)

    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods} - {"static"}
    assert outside | inside == {}
    assert pages - seen_outside - seen_inside - set(ELSEWHERE) == set()
