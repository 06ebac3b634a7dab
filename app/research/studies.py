"""Screens of studies."""

from flask import Blueprint

blueprint = Blueprint("studies", __name__, url_prefix="/studies", template_folder="templates")
