"""Where a manager keeps laboratories, and everybody looks them up."""

from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import actions, queries, words
from registry.labs.bodies import queries as bodies
from registry.labs.bodies.rules import named, remark, shared_text, unknown_text
from registry.labs.confirming.queries import may_confirm, statements
from registry.labs.criteria import gaps
from registry.labs.criteria import queries as criteria
from registry.labs.criteria import words as assessment_words
from registry.labs.journey import is_confirmed_on, status_on, turns
from registry.labs.models import Lab
from registry.labs.proficiency import plans
from registry.labs.rules import AccreditationStatus, Holding, Iso17025Status, LabKind, RecognitionKind, recognised_on
from registry.labs.schemas import LabEdit, LabIn, LabOut, LabQuery
from registry.labs.staff import queries as people
from registry.labs.staff.rules import remarks
from registry.labs.standing import standing_on
from registry.plan.models import RecordType
from registry.plan.records import Record
from registry.sheets import downloads
from registry.web.forms import Form, listed
from registry.web.linking import linked
from registry.web.shell import form_key

blp = Blueprint("lab", __name__)
MOST_LINKED = 100
Answer = str | AnyResponse | tuple[str, int]
DECIMALS: Final = frozenset({"range_low", "range_high", "cmc"})
STATUSES: Final = [status.value for status in Iso17025Status]
KIND: Final = "kind_"
PLANNED: Final = "pt_plan."  # what is said of the plan is for who may read it
MOST_EXPORTED: Final = 10_000
AT_ONCE: Final = 200


@blp.get("/labs")
def list_labs() -> Answer:
    """Find a laboratory."""
    query = listed(LabQuery)
    day = query.get("on") or clock.today()
    page = queries.page_of(**query)
    lines = [
        {
            "lab": lab,
            "status": status_on(lab.accreditations, lab.steps, day),
            "confirmed": is_confirmed_on(lab.accreditations, day),
        }
        for lab in page.items
    ]
    return render_template(
        "lab/list.html",
        lines=lines,
        next=page.next,
        statuses=STATUSES,
        kinds=list(LabKind),
        holdings=list(Holding),
        bodies=bodies.bodies(),
        said=words,
        may_register=accounts.may(signin.person(), Verb.LAB_WRITE, None),
        may_keep_bodies=accounts.may(signin.person(), Verb.CATALOGUE_WRITE, None),
    )


@blp.get("/labs/export.<any(csv, xlsx):form>")
def export(form: str) -> Response:
    """The laboratories that the list shows with its filters, as a table."""
    query = listed(LabQuery) | {"limit": AT_ONCE, "cursor": None}
    day = query.get("on") or clock.today()
    rows: list[list[Any]] = []
    while len(rows) < MOST_EXPORTED:
        page = queries.page_of(**query)
        rows += [_row(lab, day) for lab in page.items]
        if page.next is None:
            break
        query["cursor"] = page.next
    headings = [_("Code"), _("Name"), _("Organisation"), _("Kind"), _("ISO/IEC 17025"), _("Accreditations")]
    headings += [_("Valid until"), _("Recognitions"), _("Lines of scope")]
    made = downloads.form_named(form)
    content = downloads.written(made, _("Laboratories"), headings, rows)
    return downloads.download(made, f"laboratories-{day.isoformat()}", content)


@blp.get("/labs/<code:code>")
def show(code: str) -> Answer:
    """One laboratory: its standing today, and all that is known of it."""
    lab, today, me = queries.by_code(code), clock.today(), signin.person()
    known, shared = bodies.bodies(), queries.held_elsewhere(lab)
    listed_people = people.staff(lab) if people.may_see(me, lab) else None
    plan = _proficiency(me, code)
    return render_template(
        "lab/lab.html",
        lab=lab,
        today=today,
        status=status_on(lab.accreditations, lab.steps, today),
        confirmed=is_confirmed_on(lab.accreditations, today),
        stated=[one for one in statements(lab) if not one.confirmed],
        may_confirm=may_confirm(me, lab.organisation_id),
        stands=[(held, standing_on(held, today)) for held in lab.accreditations],
        hints={held.id: remark(known, held.body, held.number, today) for held in lab.accreditations}
        | {held.id: shared_text(held.number, shared[held.id]) for held in lab.accreditations if held.id in shared},
        unknown={held.id for held in lab.accreditations if named(known, held.body) is None},
        may_enter=accounts.may(me, Verb.CATALOGUE_WRITE, None),
        recognised=[
            (held, recognised_on(held.granted_on, held.valid_until, held.ended_on, today)) for held in lab.recognitions
        ],
        turns=turns(lab.accreditations, lab.steps, today),
        annulled=[one for held in lab.accreditations for one in held.decisions if one.annulled],
        staff=listed_people,
        remarked=dict(remarks(listed_people or (), today)),
        said=words,
        assessments=criteria.of_lab(me, lab),
        gap_count=gaps.counted(me, [lab.id], today).get(lab.id),
        may_assess=accounts.may(me, Verb.ASSESSMENT_WRITE, lab.organisation_id),
        assessment_words=assessment_words,
        proficiency=plan,
        **linked(me, _linked_records(lab)),
        history=[one for one in audit.history("lab", code) if plan is not None or not one.action.startswith(PLANNED)],
        may_edit=accounts.may(me, Verb.LAB_WRITE, lab.organisation_id),
    )


@blp.route("/labs/new", methods=["GET", "POST"])
@idempotent
def register() -> Answer:
    """Add a laboratory."""
    require(signin.person(), Verb.LAB_WRITE)
    form: Form[Lab] = Form(LabIn, decimals=DECIMALS)
    lab = form.attempt(_registered, reading=_with_kinds)
    if lab is None:
        return _form_page(form, None)
    _saved(lab)
    return redirect(url_for("lab.show", code=lab.code))


@blp.route("/labs/<code:code>/edit", methods=["GET", "POST"])
@idempotent
def edit(code: str) -> Answer:
    """Change a laboratory."""
    lab = queries.by_code(code, lock=True)
    require(signin.person(), Verb.LAB_WRITE, lab.organisation_id)
    drawn = LabOut().dump(lab) | {f"{KIND}{kind.value}": "true" for kind in lab.kinds}
    form: Form[Lab] = Form(LabEdit, drawn=drawn, decimals=DECIMALS, clears=True)
    if form.attempt(lambda data: _edited(form, lab, data), reading=_with_kinds) is None:
        return _form_page(form, lab)
    _saved(lab)
    return redirect(url_for("lab.show", code=code))


def _saved(lab: Lab) -> None:
    known = bodies.bodies()
    flash(_("Saved."))
    for said in dict.fromkeys(held.body for held in lab.accreditations if named(known, held.body) is None):
        flash(unknown_text(said), "warning")


def _linked_records(lab: Lab) -> list[Record]:
    """What can be linked to a plan from here: the laboratory, its accreditations, its lines of scope."""
    owned = [Record(RecordType.ACCREDITATION, str(held.id)) for held in lab.accreditations]
    owned += [Record(RecordType.SCOPE_LINE, str(line.id)) for line in lab.current_scope[:MOST_LINKED]]
    return [Record(RecordType.LAB, lab.code), *owned]


def _proficiency(me: Person, code: str) -> plans.Plan | None:
    """How its participations cover the scope, for who may read its records."""
    try:
        return plans.plan_of(plans.readable_lab(me, code), clock.today())
    except NotFound:
        return None


def _row(lab: Lab, day: Any) -> list[Any]:  # noqa: ANN401 — a date
    return [
        lab.code,
        lab.name,
        lab.organisation.name,
        "; ".join(words.kind_text(kind) for kind in lab.kinds),
        words.status_text(status_on(lab.accreditations, lab.steps, day)),
        "; ".join(f"{held.number} ({held.body})" for held in lab.accreditations),
        max((held.valid_until for held in lab.accreditations), default=None),
        "; ".join(f"{words.recognition_text(held.kind)} {held.number}" for held in lab.recognitions),
        len(lab.current_scope),
    ]


def _with_kinds(said: dict[str, Any]) -> dict[str, Any]:
    """Each kind is a box of its own; a laboratory of which none is ticked has none."""
    ticked = [name.removeprefix(KIND) for name in said if name.startswith(KIND)]
    return {name: value for name, value in said.items() if not name.startswith(KIND)} | {"kinds": ticked}


def _registered(data: dict[str, Any]) -> Lab:
    lab = actions.register(**data, by=signin.person())
    db.session.commit()
    return lab


def _edited(form: Form[Lab], lab: Lab, data: dict[str, Any]) -> Lab:
    data.pop("scope", None)  # its lines have days and decisions, and a page of their own
    form.check_version(lab.version)
    actions.edit(lab, **data, by=signin.person())
    db.session.commit()
    return lab


def _form_page(form: Form[Lab], lab: Lab | None) -> tuple[str, int]:
    page = render_template(
        "lab/form.html",
        lab=lab,
        form=form.typed,
        errors=form.errors,
        organisations=accounts.organisation_choices(signin.person(), Verb.LAB_WRITE, clock.today()),
        statuses=STATUSES,
        kinds=list(LabKind),
        recognitions=list(RecognitionKind),
        bodies=bodies.bodies(),
        said=words,
        accreditation_statuses=[status.value for status in AccreditationStatus],
        form_key=form_key(),
    )
    return page, form.status
