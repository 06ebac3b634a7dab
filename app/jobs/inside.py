"""The application inside the process of a body, for those that read the database themselves."""

import os
from functools import cache

from flask import Flask

import config


@cache
def application() -> Flask:
    """Return the application of this process, which serves one body after the other."""
    from app.factory import create_app  # noqa: PLC0415  rooms import the modules of bodies

    return create_app(config.load(os.environ))
