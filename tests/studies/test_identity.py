"""Names stay sealed."""

import pytest
from cryptography.fernet import Fernet

from core.errors import Invalid
from studies.identity import Person, Sealer, forget_identity, keep_identity, local_key, read_identity
from studies.models import Identity
from tests.factories.studies import ParticipantFactory

LEA = Person(name="Léa Canari", phone="06 00 00 00 00")


def test_identity_is_read_back_and_forgotten(session):
    participant = ParticipantFactory()
    sealer = Sealer([Fernet.generate_key().decode()])

    keep_identity(session, sealer, participant.id, LEA)
    kept = read_identity(session, sealer, participant.id)
    sealed = session.get(Identity, participant.id).sealed
    forget_identity(session, participant.id)
    session.expire_all()

    assert kept == LEA
    assert b"Canari" not in sealed
    assert read_identity(session, sealer, participant.id) is None


def test_sealer_opens_with_a_former_key_and_refuses_a_wrong_one():
    old, new, wrong = (Fernet.generate_key().decode() for _ in range(3))
    sealed = Sealer([old]).seal(LEA)

    assert Sealer([new, old]).open(sealed) == LEA
    with pytest.raises(Invalid) as refused:
        Sealer([wrong]).open(sealed)
    assert refused.value.code == "studies.identity_key"


def test_local_key_is_made_once_and_read_by_its_owner_only(tmp_path):
    first = local_key(tmp_path)

    assert local_key(tmp_path) == first
    assert (tmp_path / "identity_key").stat().st_mode & 0o777 == 0o600
