"""Invented households: a list, a draw by lot, and a known truth about who comes and who works.

The truth that the demonstration rests on: being invited changes nothing to employment at 24 months. What changes
it is how hindered a household is (childcare, transport, health), and the same hindrance decides who enrols. Comparing
those who came with all others therefore shows an effect that does not exist.
"""

import math
import random
from dataclasses import dataclass, replace

from studies.draw import draw_by_lot

SITES = ("Aubremont", "Valcendre", "Port-Clairan")
CHILDREN = ("1", "2", "3")
RSA_YEARS = ("2-5", "5+")
AGE_BRACKETS = ("25-34", "35-44", "45-54")
HOUSEHOLDS = 600
INVITED = 300
TAKE_UP_INTERCEPT = -0.5
TAKE_UP_SLOPE = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """One invented lone parent. `ease` is standard normal: the higher, the less hindered; nobody observes it."""

    number: str
    pseudonym: str
    site: str
    children: str
    age_bracket: str
    rsa_years: str
    ease: float
    is_invited: bool = False
    enrolled: bool = False

    @property
    def stratum(self) -> str:
        """The cell of the draw: number of children and years on RSA."""
        return f"{self.children} × {self.rsa_years}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviewed:
    """What is known beforehand of a person whose interview was written: the household must fit it."""

    pseudonym: str
    site: str
    is_invited: bool
    enrolled: bool
    children: str
    age_bracket: str
    rsa_years: str


def logistic(x: float) -> float:
    """Return the probability in (0, 1) whose log-odds are `x`."""
    return 1 / (1 + math.exp(-x))


def invent_households(interviewed: list[Interviewed], *, seed: int) -> list[Household]:
    """Return 600 households, 300 of them drawn into the programme within strata, about 40 % of these enrolled.

    The interviewed are given the pseudonym written in their interview, each on a household that fits.
    """
    rng = random.Random(seed)
    listed = [_invent_household(position, rng) for position in range(1, HOUSEHOLDS + 1)]
    drawn = draw_by_lot({household.number: household.stratum for household in listed}, size=INVITED, seed=str(seed))
    decided = [_decide(replace(household, is_invited=household.number in drawn), rng) for household in listed]
    return _name_interviewed(decided, interviewed)


def _invent_household(position: int, rng: random.Random) -> Household:
    return Household(
        number=f"{position:04d}",
        pseudonym=f"HL-B-{position + 100:03d}",
        site=rng.choices(SITES, (5, 3, 4))[0],
        children=rng.choices(CHILDREN, (45, 33, 22))[0],
        age_bracket=rng.choices(AGE_BRACKETS, (38, 42, 20))[0],
        rsa_years=rng.choices(RSA_YEARS, (55, 45))[0],
        ease=rng.gauss(0, 1),
    )


def _decide(household: Household, rng: random.Random) -> Household:
    comes = rng.random() < logistic(TAKE_UP_INTERCEPT + TAKE_UP_SLOPE * household.ease)
    return replace(household, enrolled=household.is_invited and comes)


def _name_interviewed(households: list[Household], interviewed: list[Interviewed]) -> list[Household]:
    """Put each interviewed person on the first free household of the same arm, stratum and enrolment."""
    named = {household.number: household for household in households}
    free = list(households)
    for person in interviewed:
        household = next(
            household
            for household in free
            if (household.is_invited, household.enrolled, household.children, household.rsa_years)
            == (person.is_invited, person.enrolled, person.children, person.rsa_years)
        )
        free.remove(household)
        named[household.number] = replace(
            household, pseudonym=person.pseudonym, site=person.site, age_bracket=person.age_bracket
        )
    return list(named.values())
