"""Screens of participants."""

from flask import Blueprint

blueprint = Blueprint("participants", __name__, url_prefix="/studies", template_folder="templates")
