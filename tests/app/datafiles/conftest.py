"""A database of its own, that the process of a body can open too."""

from tests.app.jobs.conftest import own_app, own_url

__all__ = ["own_app", "own_url"]
