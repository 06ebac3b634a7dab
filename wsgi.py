"""The one place where the environment is read and the application made."""

import os

import config
from app.factory import create_app

application = app = create_app(config.load(os.environ))
