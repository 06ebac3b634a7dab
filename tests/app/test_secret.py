"""The secret that a laptop makes for itself."""

import config


def secret(folder):
    return config.load({"TRESSE_DATA_DIR": str(folder)}).secret_key


def test_local_secret_is_kept_and_readable_by_its_owner_only(tmp_path):
    first = secret(tmp_path)

    assert (secret(tmp_path), len(first) >= 32) == (first, True)
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_local_secret_left_empty_by_a_crash_is_made_anew(tmp_path):
    (tmp_path / "secret_key").touch()

    assert len(secret(tmp_path)) >= 32
