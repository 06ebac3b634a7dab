"""Names of what can be chosen; this module loads nothing, pages may import it."""

from enum import StrEnum


class UnitKind(StrEnum):
    """What coders are compared on; CONTINUUM leaves the text uncut and compares the spans themselves."""

    TURN = "turn"
    SENTENCE = "sentence"
    SEGMENT = "segment"
    CHARACTER = "character"
    CONTINUUM = "continuum"


class Coefficient(StrEnum):
    """What a table of codes shows, in this order; percent never stands alone.

    The first six are of units cut beforehand; the sets of codes of a unit have those of sets; the last are of spans.
    """

    PERCENT = "percent"
    COHEN = "cohen_kappa"
    BRENNAN_PREDIGER = "brennan_prediger"
    GWET = "gwet_ac1"
    FLEISS = "fleiss_kappa"
    ALPHA = "alpha_nominal"
    ALPHA_MASI = "alpha_masi"
    ALPHA_JACCARD = "alpha_jaccard"
    ALPHA_U = "alpha_u"
    U_ALPHA = "u_alpha"
    BINARY_U_ALPHA = "u_alpha_binary"
    CU_ALPHA = "cu_alpha"
    CODE_U_ALPHA = "ku_alpha"
