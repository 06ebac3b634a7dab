"""The functions of ODK XForms and XPath 1.0, by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from surveys.expressions.functions import chance, dates, geography, logic, nodesets, numbers, texts
from surveys.expressions.scope import Function

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        **chance.FUNCTIONS,
        **dates.FUNCTIONS,
        **geography.FUNCTIONS,
        **logic.FUNCTIONS,
        **nodesets.FUNCTIONS,
        **numbers.FUNCTIONS,
        **texts.FUNCTIONS,
    }
)
