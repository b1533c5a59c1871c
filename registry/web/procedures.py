"""Where laboratories keep their procedures: find one, write one, change it in a next version, retire it."""

from flask import Blueprint

blp = Blueprint("procedures", __name__)
