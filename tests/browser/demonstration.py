"""The demonstration's records and people, and how they sign in: on the page, like everybody."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from registry import demo_people
from registry.assets.models import Asset
from registry.kernel.db import db

TECHNICIAN, MANAGER, INSPECTOR, PLANNER, ADMIN = (email for email, _name, _role, _where in demo_people.PEOPLE)
SignedIn = Callable[..., Page]


def sign_in(page: Page, email: str) -> None:
    """Fill the form of the page that is open."""
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(demo_people.PASSWORD)
    press(page)
    expect(page.locator(".masthead .person-name")).to_be_attached()


def press(page: Page) -> None:
    """Send the form of the page by its main button."""
    page.locator("main form .button-main").first.click()


def tag_of(app: Flask, serial_no: str) -> str:
    """The tag of one of the demonstration's assets."""
    with app.app_context():
        return db.session.scalars(select(Asset.tag).filter_by(serial_no=serial_no)).one()
