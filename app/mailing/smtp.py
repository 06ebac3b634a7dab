"""E-mails through a mail server, over one connection kept for a run.

What a server says decides on the fate: a refusal before the words were handed over leaves no doubt; a silence after it
leaves one, and nothing is tried again without a person.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from uuid import UUID

from app.mailing.carriers import Fate, Handed, Outgoing
from app.mailing.envelopes import email_bytes
from app.mailing.settings import SmtpSettings

TIMEOUT_SECONDS = 30
_ENHANCED = re.compile(r"\d\.\d{1,3}\.\d{1,3}")
_PERMANENT = 500
# Answers about the person's address; others are about us, and say nothing of the person.
_UNKNOWN_PERSON = frozenset({550, 551, 553})
_SERVICE_NOT_ALLOWED = frozenset({530, 535, 554})


class SmtpSender:
    """Hands e-mails to a mail server."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def send(self, message: Outgoing) -> Handed:
        """Hand one e-mail over; a connection that was lost while resting is made anew."""
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Handed(Fate.RETRY, reason=_said(error))
        content = email_bytes(message, sender=self._settings.sender)
        before = self._address(server, message)
        if before is not None:
            return before
        return self._hand_over(server, message, content)

    def _address(self, server: smtplib.SMTP, message: Outgoing) -> Handed | None:
        """Say from whom and to whom; whatever fails here, nothing left."""
        try:
            code, answer = server.mail(self._settings.sender)
            if code >= 400:  # noqa: PLR2004  refusals of SMTP, for now or for good
                return self._refused(server, code, answer, of_person=False)
            code, answer = server.rcpt(message.to)
            if code >= 400:  # noqa: PLR2004  same
                return self._refused(server, code, answer, of_person=True)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Handed(Fate.RETRY, reason=_said(error))
        return None

    def _refused(self, server: smtplib.SMTP, code: int, answer: bytes, *, of_person: bool) -> Handed:
        with suppress(OSError, smtplib.SMTPException):
            server.rset()
        reason = _code(code, answer)
        if code < _PERMANENT or not of_person or code in _SERVICE_NOT_ALLOWED:
            return Handed(Fate.RETRY, reason=reason)
        return Handed(Fate.BOUNCED if code in _UNKNOWN_PERSON else Fate.REFUSED, reason=reason)

    def _hand_over(self, server: smtplib.SMTP, message: Outgoing, content: bytes) -> Handed:
        try:
            code, answer = server.data(content)
        except smtplib.SMTPDataError as error:
            # The server would not even begin to listen.
            return self._refused(server, error.smtp_code, _bytes(error.smtp_error), of_person=False)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Handed(Fate.MAYBE, reason=_said(error))
        if code < 300:  # noqa: PLR2004  accepted
            return Handed(Fate.SENT, reference=str(message.id))
        reason = _code(code, answer)
        return Handed(Fate.RETRY if code < _PERMANENT else Fate.REFUSED, reason=reason)

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self._server.noop()[0] == 250:  # noqa: PLR2004  still there
                    return self._server
            self.close()
        settings = self._settings
        if settings.is_implicit_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_SECONDS)
        self._server = server
        if settings.is_starttls:
            server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
        if settings.user:
            server.login(settings.user, settings.password)
        return server

    def was_sent(self, message_id: UUID) -> None:
        """Nobody can know: a mail server is not asked about what it took."""
        del message_id

    def close(self) -> None:
        """Say goodbye."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _code(code: int, answer: bytes) -> str:
    """Return the codes of an answer, without its words: servers repeat the address in them."""
    enhanced = _ENHANCED.match(answer.decode(errors="replace"))
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def _said(error: Exception) -> str:
    return type(error).__name__
