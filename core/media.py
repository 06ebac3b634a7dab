"""What a file is, by its first bytes; the name and the type that a sender declares are never believed."""

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What every browser of the last ten years shows, and what we decode; WebP is turned into one of the first two."""
SOUNDS = frozenset(
    {"audio/mpeg", "audio/ogg", "audio/webm", "audio/mp4", "audio/aac", "audio/wav", "audio/flac", "audio/amr"}
)
FILMS = frozenset({"video/mp4", "video/webm", "video/ogg", "video/3gpp", "video/quicktime"})

_HEAD = 4_096
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"%PDF-", "application/pdf"),
)
_ZIP = b"PK\x03\x04"
_EBML = b"\x1aE\xdf\xa3"
_FRAME_HEADER, _SYNC, _AAC_FRAME, _MP3_FRAME, _NO_RATE = 4, 0xFF, 0xF0, 0xE2, 0xF0
_BRANDS = {b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4"}
_ID3_HEADER, _ID3_FOOTER, _ID3_OLD, _BOX_HEADER = 10, 0x10, 128, 8
_TAG_BOXES, _TRACK_BOXES = frozenset({b"udta", b"meta", b"uuid"}), (b"moov", b"trak")
_STILL_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})


def sniff(content: bytes) -> str:
    """Return the media type of a file from its content; "" for what is not known here."""
    head = content[:_HEAD]
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], "")
    if head.startswith(b"OggS"):
        return "video/ogg" if b"\x80theora" in head else "audio/ogg"
    if head.startswith(_EBML):
        return _matroska(head)
    if head[4:8] == b"ftyp":
        return _iso_base(content)
    if head.startswith(_ZIP):
        return "application/zip"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<svg" in head:
        return "image/svg+xml"
    return _mpeg_frame(head)


def _matroska(head: bytes) -> str:
    """Tell a recording from a film by the codecs of its tracks, which stand at the beginning."""
    if b"webm" not in head[:64]:
        return ""
    return "video/webm" if b"V_VP" in head or b"V_AV1" in head else "audio/webm"


def _iso_base(content: bytes) -> str:
    """Tell pictures, recordings and films of the MPEG-4 family apart: brand first, then whether a track is seen."""
    brand = content[8:12]
    if brand in _STILL_BRANDS:
        return "image/heic"
    if brand == b"avif":
        return "image/avif"
    if brand in _BRANDS:
        return _BRANDS[brand]
    # A phone that records a voice writes the brands of films; no track of it has the handler « vide ».
    if b"vide" not in content:
        return "audio/mp4"
    return "video/3gpp" if brand.startswith(b"3gp") else "video/mp4"


def _mpeg_frame(head: bytes) -> str:
    """Know a recording that begins with its first frame: MP3 (layer III alone, so that no text passes) or AAC."""
    if len(head) < _FRAME_HEADER or head[0] != _SYNC:
        return ""
    if head[1] & 0xF6 == _AAC_FRAME:
        return "audio/aac"
    return "audio/mpeg" if head[1] & 0xE6 == _MP3_FRAME and head[2] < _NO_RATE else ""


def untagged(content: bytes, media_type: str) -> bytes:
    """Return a recording or a film without what its maker wrote beside it: place, moment, owner, title.

    Knows the tags of MP3 (cut off) and of the MPEG-4 family (their boxes are marked free, so that nothing else moves);
    what browsers record themselves (Ogg, WebM) carries no place.
    """
    if media_type == "audio/mpeg":
        return _without_id3(content)
    if content[4:8] == b"ftyp":
        whole = bytearray(content)
        _free_boxes(whole, 0, len(whole), depth=0)
        return bytes(whole)
    return content


def _without_id3(content: bytes) -> bytes:
    if content.startswith(b"ID3") and len(content) > _ID3_HEADER:
        size = 0
        for byte in content[6:10]:
            size = size << 7 | byte & 0x7F
        footer = _ID3_HEADER if content[5] & _ID3_FOOTER else 0
        content = content[_ID3_HEADER + size + footer :]
    return content[:-_ID3_OLD] if content[-_ID3_OLD:].startswith(b"TAG") else content


def _free_boxes(whole: bytearray, start: int, end: int, *, depth: int) -> None:
    """Mark the boxes of tags as free, down to those of tracks."""
    while start + _BOX_HEADER <= end:
        size = int.from_bytes(whole[start : start + 4])
        header = _BOX_HEADER
        if size == 1:  # its true size follows, in eight bytes
            header = 16
            size = int.from_bytes(whole[start + 8 : start + 16])
        elif size == 0:  # to the end
            size = end - start
        if size < header or start + size > end:
            return
        kind = bytes(whole[start + 4 : start + 8])
        if kind in _TAG_BOXES:
            whole[start + 4 : start + 8] = b"free"
            whole[start + header : start + size] = bytes(size - header)
        elif kind in _TRACK_BOXES and depth < len(_TRACK_BOXES):
            _free_boxes(whole, start + header, start + size, depth=depth + 1)
        start += size
