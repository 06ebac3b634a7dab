"""The one error of expressions, whether written badly or failing on an answer."""

from typing import Any

from core.errors import Invalid


class ExpressionError(Invalid):
    """An expression that cannot be read or computed.

    `position` is the 0-based offset of the trouble in the source, None when the trouble has no place in it.
    """

    def __init__(self, code: str, *, position: int | None = None, detail: str = "", **details: Any) -> None:
        # `place` is what people count: the first character is 1
        place = None if position is None else position + 1
        super().__init__(code, **{**details, "position": position, "place": place, "detail": detail})
        self.position = position
        self.detail = detail
