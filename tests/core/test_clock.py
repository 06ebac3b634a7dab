from datetime import UTC

from core.clock import now


def test_now_is_aware_and_in_utc():
    assert now().tzinfo == UTC
