"""Files that people sent, given to browsers: as data of a known type, never as a page of ours."""

import io

from flask import Response, send_file

# Whatever the file holds, a browser that opens it as a document may run, load and send nothing.
POLICY = "default-src 'none'; sandbox"
YEAR_SECONDS = 365 * 24 * 3600
SHOWN_PREFIXES = ("image/", "audio/")


def serve_file(content: bytes, media_type: str, *, name: str, digest: str, immutable: bool) -> Response:
    """Answer with a file, in parts when asked, as phones do with sounds.

    `digest` names this content, for browsers that ask whether it changed. Where `immutable`, the address carries the
    digest and anybody with the address may have it; elsewhere nothing on the way keeps it.
    """
    is_shown = media_type.startswith(SHOWN_PREFIXES)
    answer = send_file(
        io.BytesIO(content),
        mimetype=media_type,
        as_attachment=not is_shown,
        download_name=name,
        etag=digest,
        conditional=True,
        max_age=YEAR_SECONDS if immutable else 0,
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable" if immutable else "no-store"
    return answer
