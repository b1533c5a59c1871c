"""Where anybody looks up a laboratory: its standing and scope of today, and nothing that is private."""

from flask import Blueprint, render_template

from registry.accounts.signin import public
from registry.kernel import clock
from registry.labs import queries as labs
from registry.labs import words
from registry.labs.bodies import queries as bodies
from registry.labs.bodies.rules import named, reserve
from registry.labs.journey import is_confirmed_on, status_on
from registry.labs.register import queries
from registry.labs.register.schemas import RegisterQuery, RegisterScopeQuery
from registry.labs.rules import Holding, LabKind, recognised_on
from registry.labs.standing import standing_on
from registry.web.forms import listed

blp = Blueprint("register", __name__)


@blp.get("/register")
@public
def laboratories() -> str:
    """The laboratories, with their standing of today."""
    today = clock.today()
    page = queries.page_of(today=today, **listed(RegisterQuery))
    return render_template(
        "register/list.html",
        lines=[
            (lab, status_on(lab.accreditations, lab.steps, today), is_confirmed_on(lab.accreditations, today), lines)
            for lab, lines, _bodies in page.items
        ],
        next=page.next,
        kinds=list(LabKind),
        holdings=list(Holding),
        bodies=bodies.bodies(),
        said=words,
    )


@blp.get("/register/<code:code>")
@public
def laboratory(code: str) -> str:
    """One laboratory as everybody may know it."""
    lab, today, known = labs.by_code(code), clock.today(), bodies.bodies()
    scope = queries.scope_page(lab, today, **listed(RegisterScopeQuery))
    return render_template(
        "register/laboratory.html",
        lab=lab,
        today=today,
        status=status_on(lab.accreditations, lab.steps, today),
        confirmed=is_confirmed_on(lab.accreditations, today),
        hints={held.id: reserve(named(known, held.body), held.body, today) for held in lab.accreditations},
        stands=[(held, standing_on(held, today)) for held in lab.accreditations],
        recognised=[
            (held, recognised_on(held.granted_on, held.valid_until, held.ended_on, today)) for held in lab.recognitions
        ],
        scope=scope.items,
        next=scope.next,
        said=words,
    )
