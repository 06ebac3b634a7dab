"""Digits as people write them: a phone set to Arabic or Persian types its own."""

_WRITTEN = {ord(sign): str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, sign in enumerate(row)}
_WRITTEN |= {ord("٫"): ",", ord("٬"): "'"}


def plain_digits(text: str) -> str:
    """Return a text with its Arabic and Persian digits, decimal and thousands signs written 0-9, comma, apostrophe."""
    return text.translate(_WRITTEN)
