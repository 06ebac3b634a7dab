"""What becomes of a message that is handed over: to a mail server, to a gateway, to a file."""

import json
import uuid
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP

import pytest

from app.mailing.carriers import Fate, Outgoing
from app.mailing.gateway import HttpGateway
from app.mailing.outbox import FileMessage, FileOutbox, read_file
from app.mailing.settings import read_carriers
from app.mailing.smtp import SmtpSender
from core.errors import Invalid
from surveys.fieldwork.mailing_models import Channel
from tests.app.mailing.servers import gateway_server, mail_server

MAIL = Outgoing(
    id=uuid.UUID(int=7),
    channel=Channel.EMAIL,
    to="lea@example.org",
    subject="Votre avis compte,\nvraiment",
    body="Bonjour Léa,\n\n.un point au début\nÀ bientôt",
    sender_name="Équipe d’évaluation",
    reply_to="equipe@example.org",
    stop_address="https://tresse.example/stop/ABC",
)
TEXT = Outgoing(id=uuid.UUID(int=8), channel=Channel.SMS, to="+33612345678", subject="", body='Votre "avis" & demain')


def carriers(**more):
    return read_carriers(more)


@pytest.fixture
def mail():
    with mail_server() as received:
        smtp = carriers(SMTP_URL=f"smtp://127.0.0.1:{received.port}", MAIL_FROM="tresse@example.org").smtp
        sender = SmtpSender(smtp)
        yield received, sender
        sender.close()


def test_mail_server_is_given_the_message_whole(mail):
    received, sender = mail

    handed = sender.send(MAIL)

    to, email = received.messages[0]
    assert (handed.fate, to) == (Fate.SENT, "lea@example.org")
    assert (email["Subject"], str(email["From"])) == (
        "Votre avis compte, vraiment",
        "Équipe d’évaluation <tresse@example.org>",
    )
    assert (email["Reply-To"], email["List-Unsubscribe"]) == ("equipe@example.org", "<https://tresse.example/stop/ABC>")
    assert email["Message-ID"] == f"<{MAIL.id}@example.org>"
    assert email.get_content().splitlines() == MAIL.body.splitlines()


def test_one_connection_serves_a_run(mail):
    received, sender = mail

    fates = [sender.send(MAIL).fate for _ in range(3)]

    assert (fates, received.connections) == ([Fate.SENT] * 3, 1)


@pytest.mark.parametrize(
    ("to", "fate", "reason"),
    [
        ("nobody@example.org", Fate.BOUNCED, "550 5.1.1"),
        ("later@example.org", Fate.RETRY, "451 4.7.1"),
        ("policy@example.org", Fate.RETRY, "554 5.7.0"),
        ("full@example.org", Fate.RETRY, "452 4.3.1"),
        ("spam@example.org", Fate.REFUSED, "554 5.7.1"),
        ("silent@example.org", Fate.MAYBE, "SMTPServerDisconnected"),
    ],
)
def test_answer_of_the_server_decides_and_no_address_is_kept(mail, to, fate, reason):
    _received, sender = mail

    handed = sender.send(replace(MAIL, to=to))

    assert (handed.fate, handed.reason) == (fate, reason)
    assert sender.send(MAIL).fate is Fate.SENT


def test_server_that_is_away_is_tried_later():
    smtp = carriers(SMTP_URL="smtp://127.0.0.1:1", MAIL_FROM="tresse@example.org").smtp

    assert SmtpSender(smtp).send(MAIL).fate is Fate.RETRY


def test_server_without_tls_elsewhere_gets_nothing():
    """Names and addresses cross no network in clear: a server that offers no STARTTLS is no carrier."""
    with mail_server() as received:
        smtp = carriers(SMTP_URL=f"smtp://127.0.0.1:{received.port}", MAIL_FROM="tresse@example.org").smtp

        handed = SmtpSender(replace(smtp, is_starttls=True)).send(MAIL)

    assert (handed.fate, received.messages) == (Fate.RETRY, [])


JSON_BODY = '{"to": "${to}", "message": "${text}", "from": "${from}", "ref": "${id}"}'


@pytest.fixture
def gateway():
    with gateway_server() as received:
        base = {
            "SMS_URL": f"http://127.0.0.1:{received.port}/send?key=k",
            "SMS_BODY": JSON_BODY,
            "SMS_HEADERS": "Content-Type: application/json | X-Key: secret",
            "SMS_SUCCESS": '"status": "ok"',
            "SMS_FROM": "Tresse",
        }
        yield received, lambda **more: HttpGateway(carriers(**(base | more)).gateway)


def test_gateway_is_given_the_message_as_json(gateway):
    received, make = gateway

    handed = make().send(TEXT)

    method, path, headers, body = received.messages[0]
    assert (handed.fate, handed.reference) == (Fate.SENT, "G-7")
    assert (method, path, headers["X-Key"]) == ("POST", "/send?key=k", "secret")
    assert json.loads(body) == {"to": TEXT.to, "message": TEXT.body, "from": "Tresse", "ref": str(TEXT.id)}


def test_gateway_is_given_the_message_as_a_form_or_in_its_address(gateway):
    received, make = gateway
    url = f"http://127.0.0.1:{received.port}/get?to=${{to}}&text=${{text}}"

    make(SMS_HEADERS="", SMS_BODY="to=${to}&text=${text}").send(TEXT)
    make(SMS_METHOD="GET", SMS_URL=url, SMS_BODY="").send(TEXT)

    assert received.messages[0][3] == "to=%2B33612345678&text=Votre+%22avis%22+%26+demain"
    assert received.messages[1][1] == "/get?to=%2B33612345678&text=Votre%20%22avis%22%20%26%20demain"


@pytest.mark.parametrize(
    ("to", "fate"),
    [
        ("+33611111111", Fate.REFUSED),
        ("+33622222222", Fate.RETRY),
        ("+33633333333", Fate.MAYBE),
        ("+33644444444", Fate.MAYBE),
        ("+33655555555", Fate.REFUSED),
        ("+33666666666", Fate.REFUSED),
    ],
)
def test_answer_of_the_gateway_decides(gateway, to, fate):
    _received, make = gateway

    handed = make().send(replace(TEXT, to=to))

    assert handed.fate is fate
    assert to not in handed.reason


def test_gateway_that_is_away_is_tried_later():
    settings = carriers(SMS_URL="http://127.0.0.1:1/", SMS_BODY="x").gateway

    assert HttpGateway(settings).send(TEXT).fate is Fate.RETRY


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"SMTP_URL": "http://example.org"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://example.org:port"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://example.org"}, "MAIL_FROM"),
        ({"SMS_URL": "http://gateway.example/send"}, "SMS_URL"),
        ({"SMS_URL": "https://gateway.example", "SMS_METHOD": "PUT"}, "SMS_METHOD"),
        ({"SMS_URL": "https://gateway.example", "SMS_HEADERS": "nothing"}, "SMS_HEADERS"),
        ({"SMS_URL": "https://gateway.example", "SMS_SUCCESS": "("}, "SMS_SUCCESS"),
    ],
)
def test_setting_that_cannot_be_used_is_named(settings, name):
    with pytest.raises(Invalid) as refusal:
        read_carriers(settings)

    assert (refusal.value.code, refusal.value.details) == ("mailing.bad_setting", {"name": name})


def test_settings_say_tls_and_hide_what_is_secret():
    far = carriers(
        SMTP_URL="smtps://u%40x:p%3Aw@mail.example.org",
        MAIL_FROM="t@example.org",
        SMS_URL="https://g.example/?key=hidden",
    )

    assert (far.smtp.port, far.smtp.user, far.smtp.password, far.smtp.is_implicit_tls) == (465, "u@x", "p:w", True)
    assert carriers(SMTP_URL="smtp://mail.example.org", MAIL_FROM="t@example.org").smtp.is_starttls
    assert "p:w" not in repr(far)
    assert "hidden" not in repr(far)
    assert carriers() == carriers(SMTP_URL="", SMS_URL=" ")


def test_outbox_writes_each_message_once_and_for_its_owner_only(tmp_path):
    outbox = FileOutbox(tmp_path)

    handed = [outbox.send(MAIL), outbox.send(MAIL), outbox.send(TEXT)]

    files = sorted(path.name for path in (tmp_path / "outbox").iterdir())
    email = message_from_bytes((tmp_path / "outbox" / f"{MAIL.id}.eml").read_bytes(), policy=SMTP)
    assert [each.fate for each in handed] == [Fate.SENT] * 3
    assert files == [f"{MAIL.id}.eml", f"{TEXT.id}.txt"]
    assert email["To"] == "lea@example.org"
    assert read_file(tmp_path, TEXT.id) == FileMessage("+33612345678", "", f"{TEXT.body}\n")
    assert read_file(tmp_path, MAIL.id).body.splitlines() == MAIL.body.splitlines()
    assert read_file(tmp_path, uuid.uuid4()) is None
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "outbox").iterdir()} == {0o600}
    assert [outbox.was_sent(id_) for id_ in (MAIL.id, TEXT.id, uuid.uuid4())] == [True, True, False]
