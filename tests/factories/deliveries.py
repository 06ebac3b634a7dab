"""What the program of a phone sends: built and signed as app/static/js/respond/offline does it."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.clock import now
from surveys.tokens import new_token


@dataclass
class Sender:
    """A phone that sends by itself: its token, its clock's error in seconds, what it calls itself."""

    client: FlaskClient
    code: str
    token: str = field(default_factory=new_token)
    ahead: float = 0
    phone: str = "a"

    def clock(self, seconds: float = 0) -> int:
        """Return this phone's clock so many seconds from now, in ms."""
        return int((now().timestamp() + self.ahead + seconds) * 1000)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.put(
            f"/r/{self.code}/envoi/{path}",
            data=raw,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Tresse-Hash": hashlib.sha256(raw).hexdigest(),
                "Tresse-Clock": str(self.clock()),
            }
            | headers,
        )

    def start(self, **more: Any) -> TestResponse:
        return self.put("debut", {"locale": "fr", "started": self.clock(), "seed": 7} | more)

    def page(
        self, key: str, fields: dict[str, list[str]], *, revision: int = 1, at: float = 0, **more: Any
    ) -> TestResponse:
        """Send a page answered `at` seconds from now."""
        return self.put(f"pages/{quote(key)}", self.body(fields, revision=revision, at=at, **more))

    def body(self, fields: dict[str, list[str]], *, revision: int = 1, at: float = 0, **more: Any) -> dict[str, Any]:
        clocks = {name.partition(":")[0]: self.clock(at) for name in fields}
        return {"revision": revision, "phone": self.phone, "seen": 0, "fields": fields, "clocks": clocks} | more

    def end(self, revisions: dict[str, int], **more: Any) -> TestResponse:
        return self.put("fin", {"revisions": revisions} | more)
