"""Where people sign in, look after their account and, as administrators, after others' and after organisations."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import actions, attempts, queries, signin
from registry.accounts.models import Organisation, Person
from registry.accounts.permissions import require
from registry.accounts.rules import MIN_PASSWORD, SESSION_LIFE, OrganisationKind, Role, Verb
from registry.accounts.schemas import (
    ClaimIn,
    OrganisationIn,
    OrganisationQuery,
    PasswordIn,
    PersonIn,
    SignInIn,
    TokenIn,
)
from registry.accounts.signin import public
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("account", __name__)
Answer = str | Response | tuple[str, int]


@blp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Answer:
    """Sign in by password."""
    form: Form[str] = Form(SignInIn, drawn={"next": request.args.get("next", "")})
    token = form.attempt(_signed_in)
    if token is None:
        return render_template(
            "account/sign_in.html", form=form.typed, errors=form.errors, next=form.typed.get("next")
        ), form.status
    return _with_session(redirect(_local(form.typed.get("next"))), token)


@blp.post("/sign-out")
def sign_out() -> Answer:
    """End this browser's session."""
    actions.sign_out(token=request.cookies.get(signin.COOKIE, ""))
    db.session.commit()
    answer = redirect(url_for("home.home"))
    answer.delete_cookie(signin.COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache"'  # files are kept for a year, and the next person has the same browser
    return answer


@blp.route("/claim", methods=["GET", "POST"])
@public
def claim() -> Answer:
    """Use a one-time secret: set a password and be signed in."""
    form: Form[str] = Form(ClaimIn)
    token = form.attempt(_claimed)
    if token is None:
        context = {"form": form.typed, "errors": form.errors, "least": MIN_PASSWORD}
        return render_template("account/claim.html", **context), form.status
    return _with_session(redirect(url_for("home.home")), token)


@blp.get("/account")
def account() -> Answer:
    """My roles, language and tokens."""
    return _account_page(Form(TokenIn))


@blp.post("/account/tokens")
def create_token() -> Answer:
    """Make an API token; it is shown once."""
    form: Form[str] = Form(TokenIn)
    token = form.attempt(_token_made)
    return _account_page(form, new_token=token)


@blp.post("/account/tokens/<key:id>/revoke")
def revoke_token(id: int) -> Answer:
    """Stop one of my tokens."""
    actions.revoke_token(id, by=signin.person())
    db.session.commit()
    flash(_("The token no longer works."))
    return redirect(url_for("account.account"))


@blp.post("/account/password")
def change_password() -> Answer:
    """Choose a new password; every other browser is signed out."""
    form: Form[str] = Form(PasswordIn)
    token = form.attempt(_password_changed)
    if token is None:
        form.typed = {}
        return _account_page(form)
    flash(_("The password is changed; every other browser was signed out."))
    return _with_session(redirect(url_for("account.account")), token)


@blp.get("/people")
def people() -> Answer:
    """Who can sign in."""
    require(signin.person(), Verb.PERSON_WRITE)
    return _people_page(None)


@blp.post("/people/<key:id>/secret")
def new_secret(id: int) -> Answer:
    """Give somebody a new one-time secret, shown once."""
    require(signin.person(), Verb.PERSON_WRITE)
    person = queries.person_by_key(id)
    secret = actions.invite(person, by=signin.person())
    db.session.commit()
    return _people_page({"email": person.email, "secret": secret})


@blp.post("/people/<key:id>/deactivate")
def deactivate(id: int) -> Answer:
    """End somebody's access at once."""
    require(signin.person(), Verb.PERSON_WRITE)
    actions.deactivate(queries.person_by_key(id), by=signin.person())
    db.session.commit()
    flash(_("The access has ended: no sign-in, no open browser, no token."))
    return redirect(url_for("account.people"))


@blp.route("/people/new", methods=["GET", "POST"])
def add_person() -> Answer:
    """Add somebody; their one-time secret is shown once."""
    require(signin.person(), Verb.PERSON_WRITE)
    form: Form[tuple[Person, str]] = Form(PersonIn, drawn={"locale": "vi"})
    added = form.attempt(_person_added)
    if added is None:
        choices = queries.organisation_choices(signin.person(), Verb.PERSON_WRITE, clock.today())
        context: dict[str, Any] = {
            "roles": [role.value for role in Role],
            "organisations": choices,
            "form_key": form_key(),
        }
        return render_template("account/person_form.html", form=form.typed, errors=form.errors, **context), form.status
    person, secret = added
    return _people_page({"email": person.email, "secret": secret})


@blp.get("/organisations")
def organisations() -> Answer:
    """Find an organisation."""
    query = listed(OrganisationQuery)
    page = queries.organisation_page(**query)
    may_add = queries.may(signin.person(), Verb.ORGANISATION_WRITE, None)
    return render_template(
        "account/organisations.html", organisations=page.items, next=page.next, q=query.get("q", ""), may_add=may_add
    )


@blp.get("/organisations/<code:code>")
def organisation(code: str) -> Answer:
    """One organisation: what is over and under it, and who answers for it."""
    found = queries.organisation_by_code(code)
    follows = queries.successor(found, clock.today())
    return render_template(
        "account/organisation.html",
        organisation=found,
        parents=queries.parents(found),
        children=queries.children(found),
        timeline=_timeline(found),
        successor=None if follows.id == found.id else follows,
        may_succeed=queries.may(signin.person(), Verb.ORGANISATION_WRITE, None),
        history=audit.history("organisation", code),
    )


@blp.route("/organisations/new", methods=["GET", "POST"])
@idempotent
def add_organisation() -> Answer:
    """Add an organisation."""
    require(signin.person(), Verb.ORGANISATION_WRITE)
    form: Form[Organisation] = Form(OrganisationIn)
    added = form.attempt(_organisation_added)
    if added is None:
        choices = queries.organisation_choices(signin.person(), Verb.ORGANISATION_WRITE, clock.today())
        context: dict[str, Any] = {
            "kinds": [kind.value for kind in OrganisationKind],
            "organisations": choices,
            "form_key": form_key(),
        }
        return render_template(
            "account/organisation_form.html", form=form.typed, errors=form.errors, **context
        ), form.status
    return redirect(url_for("account.organisation", code=added.code))


def _signed_in(data: dict[str, Any]) -> str:
    data.pop("next", None)
    attempt = attempts.note(email=data["email"], address=request.remote_addr or "")
    db.session.commit()
    _person, token = actions.sign_in(**data, attempt=attempt)
    db.session.commit()
    return token


def _claimed(data: dict[str, Any]) -> str:
    attempt = attempts.note(email=data["email"], address=request.remote_addr or "")
    db.session.commit()
    token = actions.open_session(actions.claim(**data))
    attempts.forgive(attempt)
    db.session.commit()
    return token


def _token_made(data: dict[str, Any]) -> str:
    _row, token = actions.add_token(signin.person(), **data, by=signin.person())
    db.session.commit()
    return token


def _person_added(data: dict[str, Any]) -> tuple[Person, str]:
    added = actions.add_person(**data, by=signin.person())
    db.session.commit()
    return added


def _organisation_added(data: dict[str, Any]) -> Organisation:
    added = actions.add_organisation(**data, by=signin.person())
    db.session.commit()
    return added


def _password_changed(data: dict[str, Any]) -> str:
    me = signin.person()
    actions.change_password(me, **data)
    token = actions.open_session(me)
    db.session.commit()
    return token


def _people_page(secret: dict[str, str] | None) -> str:
    return render_template("account/people.html", people=queries.people(), next=None, may_add=True, new_secret=secret)


def _account_page(form: Form[str], new_token: str | None = None) -> Answer:
    me = signin.person()
    page = render_template(
        "account/account.html",
        memberships=me.memberships,
        tokens_held=queries.tokens_of(me),
        new_token=new_token,
        form={} if new_token else form.typed,
        errors=form.errors,
        form_key=None,
        least=MIN_PASSWORD,
        history=audit.history("person", me.email),
    )
    return page, form.status


def _timeline(organisation: Organisation) -> list[dict[str, object]]:
    after: list[dict[str, object]] = [
        {"on": turn.on, "kind": turn.kind.value, "from": organisation, "to": turn.successor}
        for turn in organisation.successions
    ]
    before: list[dict[str, object]] = [
        {"on": turn.on, "kind": turn.kind.value, "from": turn.predecessor, "to": organisation}
        for turn in queries.predecessors(organisation)
    ]
    return sorted([*before, *after], key=lambda turn: str(turn["on"]))


def _with_session(answer: Response, token: str) -> Response:
    life = int(SESSION_LIFE.total_seconds())
    secure = request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]  # a proxy may hide that people use TLS
    answer.set_cookie(signin.COOKIE, token, max_age=life, httponly=True, samesite="Lax", secure=secure)
    return answer


def _local(address: str | None) -> str:
    """Where to go after signing in: an address of ours, never another site's."""
    if not address or not address.isprintable() or not address.startswith("/") or address.startswith(("//", "/\\")):
        return url_for("home.home")
    if urlsplit(address).netloc:
        return url_for("home.home")
    return address
