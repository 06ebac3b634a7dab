"""Small pictures and sounds of our own making."""

import io
import zipfile

GPS = 0x8825
MP3 = b"\xff\xfb\x90\x00" + bytes(400)
OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(40)


def png(width: int = 4, height: int = 3, colour: str = "teal") -> bytes:
    """A plain picture."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def photo(width: int = 400, height: int = 200, *, orientation: int = 1, comment: bytes = b"") -> bytes:
    """A photo as a phone makes it: place, moment and maker written in it, turned perhaps."""
    from PIL import Image

    image = Image.new("RGB", (width, height), "olive")
    exif = Image.Exif()
    exif[0x010F] = "Fabricant fictif"
    exif[0x0112] = orientation
    exif[GPS] = {1: "N", 2: (48.0, 41.0, 30.0), 3: "E", 4: (6.0, 11.0, 4.0)}
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=comment or None)
    return out.getvalue()


def wav(seconds: float = 0.2) -> bytes:
    """A sound that browsers play."""
    import wave

    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes([128]) * int(8000 * seconds))
    return out.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
