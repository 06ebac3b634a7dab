"""Text messages through an HTTP gateway that the environment describes; no gateway, no message leaves."""

import http.client
import json
import re
import ssl
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlsplit
from uuid import UUID

import re2

from app.mailing.carriers import Fate, Handed, Outgoing
from app.mailing.settings import GatewaySettings

TIMEOUT_SECONDS = 30
MAX_ANSWER = 64_000
_PLACE = re.compile(r"\$\{(to|text|from|id)\}")
_LATER = frozenset({408, 425, 429, 503})
"""Answers that say: not taken, come again."""
_REFERENCE = re.compile(r'"(?:id|message_?id|reference)"\s*:\s*"?([\w.-]{1,80})', re.IGNORECASE)


class HttpGateway:
    """Hands text messages to a gateway."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings

    def send(self, message: Outgoing) -> Handed:
        """Hand one text message over; redirections are not followed: they would take the number elsewhere."""
        settings = self._settings
        values = {"to": message.to, "text": message.body, "from": settings.sender, "id": str(message.id)}
        url = urlsplit(_fill(settings.url, values, lambda text: quote(text, safe="")))
        body = _fill(settings.body, values, _escape_of(settings.headers)).encode()
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection = _connection(url.scheme, url.hostname or "", url.port)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            return Handed(Fate.RETRY, reason=_said(error))
        try:
            connection.request(settings.method, target, body if settings.method == "POST" else None, _headers(settings))
            answer = connection.getresponse()
            text = answer.read(MAX_ANSWER).decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return Handed(Fate.MAYBE, reason=_said(error))
        finally:
            connection.close()
        return self._judge(answer.status, text)

    def _judge(self, status: int, text: str) -> Handed:
        # The answer's words may repeat the number: its code is enough.
        reason = str(status)
        if 200 <= status < 300:  # noqa: PLR2004  taken
            if self._settings.success and not re2.search(self._settings.success, text):
                return Handed(Fate.REFUSED, reason=reason)
            reference = _REFERENCE.search(text)
            return Handed(Fate.SENT, reference=reference[1] if reference else "")
        if status in _LATER:
            return Handed(Fate.RETRY, reason=reason)
        # A gateway that breaks in the middle may have sent before it broke.
        return Handed(Fate.MAYBE if status >= 500 else Fate.REFUSED, reason=reason)  # noqa: PLR2004  its own fault

    def was_sent(self, message_id: UUID) -> None:
        """Nobody can know: gateways have no common way to be asked."""
        del message_id

    def close(self) -> None:
        """Nothing is held open."""


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)


def _headers(settings: GatewaySettings) -> dict[str, str]:
    named = {name.lower() for name in settings.headers}
    implied = {} if "content-type" in named else {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    return {**implied, **settings.headers}


def _escape_of(headers: object) -> Callable[[str], str]:
    kinds = [value for name, value in dict(headers).items() if name.lower() == "content-type"]  # type: ignore[call-overload]
    is_json = bool(kinds) and "json" in kinds[0].lower()
    return (lambda text: json.dumps(text, ensure_ascii=False)[1:-1]) if is_json else quote_plus


def _fill(template: str, values: dict[str, str], escape: Callable[[str], str]) -> str:
    return _PLACE.sub(lambda match: escape(values[match[1]]), template)


def _said(error: Exception) -> str:
    return "timeout" if isinstance(error, TimeoutError) else type(error).__name__
