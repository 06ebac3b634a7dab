"""Sign-in, sign-out, the team."""

from flask import Flask

from app.account import commands, doors, invitations, profile, recognition  # noqa: F401  two add views to the doors' blueprint


def init_app(app: Flask) -> None:
    """Open this room."""
    recognition.init_app(app)
    app.register_blueprint(doors.blueprint)
    app.cli.add_command(commands.group)
