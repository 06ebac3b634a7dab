"""What browsers send, in one Unicode form: a name typed on a Mac equals the same name typed elsewhere."""

import unicodedata
from functools import cached_property
from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict


class ComposedRequest(Request):
    """A request whose fields and query are in NFC, without the sign that no database keeps; files stay as they are."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The query of the address."""
        return _composed(super().args)

    def _load_form_data(self) -> None:
        """Parse the body once, as the base does, then compose what is text in it."""
        if "form" in self.__dict__:
            return
        super()._load_form_data()
        self.__dict__["form"] = _composed(self.__dict__["form"])


def _composed(fields: Any) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict((_kept(name), _kept(value)) for name, value in fields.items(multi=True))


def _kept(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\0", "\ufffd"))
