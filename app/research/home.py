"""The first page: one door per kind of user; for who signed in, their studies."""

from urllib.parse import quote

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.extensions import db
from app.research.contexts.start import start_page
from app.security import Action, permits

blueprint = Blueprint("home", __name__, template_folder="templates")


@blueprint.get("/")
@permits(Action.HOME)
def show_home() -> ResponseReturnValue:
    """Show the doors, or one's studies."""
    if g.account is None:
        return render_template("research/home.html", error=None, code="")
    return render_template("research/start.html", page=start_page(db.session(), g.account))


@blueprint.get("/answer")
@permits(Action.HOME)
def find_collection() -> ResponseReturnValue:
    """Go to the questionnaire whose code was typed; spaces do not matter."""
    code = "".join(request.args.get("code", "").split())
    if not code:
        return render_template("research/home.html", error=_("Type the code that you were given."), code=""), 422
    return redirect("/r/" + quote(code, safe=""), 303)
