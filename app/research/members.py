"""Screens of members."""

from flask import Blueprint

blueprint = Blueprint("members", __name__, url_prefix="/studies", template_folder="templates")
