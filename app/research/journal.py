"""Screens of journal."""

from flask import Blueprint

blueprint = Blueprint("journal", __name__, url_prefix="/studies", template_folder="templates")
