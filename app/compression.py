"""Static files sent gzipped to browsers that accept it: compressed once a process, kept by the hash of their content.

Respondents' pages are compressed in `app/respond/entrance.py`; staff pages are not, because their CSRF token does not
change from page to page (docs/adr/0009-respondents-csrf.md).
"""

import gzip
import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request

LEVEL = 9
MIN_BYTES = 500
TYPES = frozenset({"text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"})
OK, NOT_MODIFIED = 200, 304
_hashes: dict[tuple[str, int], str] = {}
_kept: dict[str, bytes] = {}


def init_app(app: Flask) -> None:
    """Compress the answers of the static folder."""

    @app.after_request
    def compress_static(response: Response) -> Response:
        if request.endpoint != "static" or response.mimetype not in TYPES:
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code == NOT_MODIFIED:
            # Nothing of the file is sent, so that nobody else closes it.
            response.close()
        if response.status_code != OK or request.range or not accepts_gzip():
            return response
        body = _compressed(Path(current_app.static_folder or "") / request.view_args["filename"])  # type: ignore[index]
        if body is None:
            return response
        etag, _weak = response.get_etag()
        response.close()
        response.direct_passthrough = False
        response.set_data(body)
        response.headers["Content-Encoding"] = "gzip"
        if etag:
            # The same file in other bytes: weak, so that both forms are known again.
            response.set_etag(etag, weak=True)
        return response


def accepts_gzip() -> bool:
    """Whether the browser of this request takes gzip."""
    return "Accept-Encoding" in request.headers and request.accept_encodings["gzip"] > 0


def _compressed(path: Path) -> bytes | None:
    """Return a file gzipped; None when it is too small to gain."""
    place = (str(path), path.stat().st_mtime_ns)
    digest = _hashes.get(place)
    if digest is None:
        content = path.read_bytes()
        digest = _hashes[place] = hashlib.sha256(content).hexdigest()
        if digest not in _kept:
            _kept[digest] = gzip.compress(content, LEVEL, mtime=0) if len(content) >= MIN_BYTES else b""
    return _kept[digest] or None
