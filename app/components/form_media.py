"""Pictures, sounds and films of a form, found in its files: what a page shows of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from surveys.definition import Texts
from surveys.form_files import FileRef
from surveys.parcels import file_key

_LINK = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class ShownMedia:
    """Addresses, "" where there is nothing: a picture, a larger one, a sound, a film elsewhere."""

    picture: str = ""
    larger: str = ""
    sound: str = ""
    film: str = ""


@dataclass(frozen=True, slots=True)
class FormMedia:
    """The files of a version by key, how pages address them, and those that a person sent."""

    files: Mapping[str, FileRef] = field(default_factory=dict)
    address: Callable[[FileRef], str] = lambda ref: ref.digest
    sent_address: Callable[[str], str] = lambda _id: ""
    """How pages address a file that the person sent, by its id; "" where it is not shown."""

    def of(self, media: Mapping[str, Texts], tag: str, words: str) -> ShownMedia:
        """Return what goes with words shown.

        A picture of another language than `tag`, the page's, stands in. A recording does not: it says the words shown,
        whose language is `words`, and no others.
        """
        if not media:
            return ShownMedia()
        film = _any(media.get("video", {}), tag)
        return ShownMedia(
            self._file(_any(media.get("image", {}), tag), "image/"),
            self._file(_any(media.get("big-image", {}), tag), "image/"),
            self._file(media.get("audio", {}).get(words, ""), "audio/"),
            film if film.startswith(_LINK) else "",
        )

    def _file(self, name: str, kind: str) -> str:
        found = self.files.get(file_key(name)) if name else None
        return self.address(found) if found is not None and found.media_type.startswith(kind) else ""


def _any(names: Texts, tag: str) -> str:
    return names.get(tag) or next(iter(names.values()), "")
