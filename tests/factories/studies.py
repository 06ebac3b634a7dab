"""A study and its people, made in the session of the test and committed to it.

Committed, since a view that answers 422 rolls back what was only flushed.
"""

import secrets

import factory
from argon2 import PasswordHasher
from factory.alchemy import SQLAlchemyModelFactory
from flask import Flask
from flask.testing import FlaskClient

from app.account.models import AccountSession
from app.account.sessions import LIFETIME, hash_token
from app.extensions import db
from core.clock import now
from studies.models import (
    Account,
    Arm,
    Membership,
    Participant,
    Population,
    PopulationKind,
    Role,
    Site,
    Study,
    Wave,
)

PASSWORD = "une longue phrase pour entrer"
# Weak on purpose: the real settings take 0.1 s and 64 MiB each.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class Made(SQLAlchemyModelFactory):
    """Rows of the test's own session."""

    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session()  # noqa: E731, PLW0108  the session of the moment
        sqlalchemy_session_persistence = "commit"


class AccountFactory(Made):
    class Meta:
        model = Account

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password_hash = PASSWORD_HASH


class StudyFactory(Made):
    class Meta:
        model = Study

    key = factory.Sequence(lambda n: f"study-{n}")
    title = factory.Sequence(lambda n: f"Study {n}")


class MembershipFactory(Made):
    """`account` and `study` may be given or are made."""

    class Meta:
        model = Membership
        exclude = ("account", "study")

    account = factory.SubFactory(AccountFactory)
    study = factory.SubFactory(StudyFactory)
    account_id = factory.SelfAttribute("account.id")
    study_id = factory.SelfAttribute("study.id")
    role = Role.LEAD


class SiteFactory(Made):
    class Meta:
        model = Site
        exclude = ("study",)

    study = factory.SubFactory(StudyFactory)
    study_id = factory.SelfAttribute("study.id")
    name = factory.Sequence(lambda n: f"Site {n}")


class PopulationFactory(Made):
    class Meta:
        model = Population
        exclude = ("study",)

    study = factory.SubFactory(StudyFactory)
    study_id = factory.SelfAttribute("study.id")
    name = factory.Sequence(lambda n: f"Population {n}")
    kind = PopulationKind.BENEFICIARY


class ArmFactory(Made):
    class Meta:
        model = Arm
        exclude = ("study",)

    study = factory.SubFactory(StudyFactory)
    study_id = factory.SelfAttribute("study.id")
    name = factory.Sequence(lambda n: f"Arm {n}")


class WaveFactory(Made):
    class Meta:
        model = Wave
        exclude = ("study",)

    study = factory.SubFactory(StudyFactory)
    study_id = factory.SelfAttribute("study.id")
    name = factory.Sequence(lambda n: f"T{n}")


class ParticipantFactory(Made):
    """Its population is made in the same study unless given."""

    class Meta:
        model = Participant
        exclude = ("study", "population")

    study = factory.SubFactory(StudyFactory)
    population = factory.SubFactory(PopulationFactory, study=factory.SelfAttribute("..study"))
    study_id = factory.SelfAttribute("study.id")
    population_id = factory.SelfAttribute("population.id")
    pseudonym = factory.Sequence(lambda n: f"P{n:04d}")


def sign_in(client: FlaskClient, account: Account) -> str:
    """Give the browser a session of this account and return its token."""
    token = secrets.token_urlsafe()
    db.session.add(AccountSession(token_hash=hash_token(token), account_id=account.id, expires_at=now() + LIFETIME))
    db.session.commit()
    client.set_cookie("tresse-session", token)
    return token


def member_client(app: Flask, study: Study, role: Role = Role.LEAD, *, is_blind: bool = False) -> FlaskClient:
    """Return a browser in which somebody with this role in the study is signed in."""
    account = AccountFactory()
    MembershipFactory(account=account, study=study, role=role, is_blind=is_blind)
    client = app.test_client()
    sign_in(client, account)
    return client
