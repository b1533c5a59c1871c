"""While a sheet is read or labels are drawn nothing is begun in the database: everybody else writes meanwhile."""

from contextvars import Context
from datetime import date

import pytest
from sqlalchemy import select, update

from registry.assets.exchange import actions as assets
from registry.assets.exchange import exporting
from registry.assets.labels import actions as labels
from registry.assets.labels import drawing, runs
from registry.assets.labels.models import Label
from registry.assets.labels.rules import Format, Part
from registry.assets.models import Asset
from registry.calibration.exchange import actions as history
from registry.jobs import leases
from registry.kernel import db as kernel_db
from registry.kernel.db import db
from registry.kernel.i18n import speaking
from registry.sheets import running, tables
from registry.sheets.models import Form, ImportState, Mode
from tests.make import assets as make_assets
from tests.make import history as records
from tests.make import labs, sheets
from tests.people import CENTRE

LINES = 5


def of_assets(form, **more):
    lines = [[*sheets.HEADINGS, *more], *([*sheets.row(number), *more.values()] for number in range(LINES))]
    return assets, sheets.text(*lines) if form is Form.CSV else sheets.workbook(*lines)


def of_sets(form):
    return of_assets(form, **{"Thuộc bộ (mã)": ""})


def of_records(form):
    labs.lab()
    tag = records.scale().tag
    lines = records.lines(*(records.row(tag, f"15/03/{2020 + number}") for number in range(LINES)))
    return history, sheets.text(*lines, separator=";") if form is Form.CSV else sheets.workbook(*lines)


@pytest.fixture
def kept(request, people, session):
    """A sheet of a kind and a form that was taken in, and the actions on it."""
    make, form = request.param
    with speaking("vi"):
        actions, content = make(form)
        found = actions.keep(file_name="x", content=content, locale="vi", by=None)
    db.session.commit()
    return actions, actions.IMPORTS.table, found.id


@pytest.fixture
def begun(monkeypatch):
    """Whether something was begun at each row that was read; somebody else writes at every one of them."""
    monkeypatch.setattr(kernel_db, "OTHERS_WAIT", 50)
    monkeypatch.setattr(running, "PART", 2)
    seen, read = [], tables.tables

    def watched(content, form):
        for sheet in read(content, form):
            look()
            yield sheet._replace(rows=each(sheet.rows))

    def each(rows):
        for row in rows:
            look()
            yield row

    def look():
        seen.append(db.session().in_transaction())
        with db.engine.connect() as other:
            assert leases.take(other, "others", f"writer {len(seen)}")
            other.rollback()

    monkeypatch.setattr(tables, "tables", watched)
    return seen


KINDS = [(of_assets, Form.CSV), (of_assets, Form.XLSX), (of_sets, Form.CSV), (of_records, Form.CSV)]
NAMES = [f"{make.__name__}-{form.value}" for make, form in KINDS]


@pytest.mark.parametrize("kept", KINDS, indirect=True, ids=NAMES)
@pytest.mark.parametrize("mode", [None, Mode.ALL], ids=["check", "apply"])
def test_nothing_is_begun_while_a_sheet_is_read(kept, begun, mode):
    actions, table, key = kept
    db.session.remove()
    found = db.session.get(table, key)
    found.mode = mode
    do = actions.apply if mode else actions.check
    do(found, step=db.session.commit)
    db.session.commit()
    assert (found.state, found.counted) == (ImportState.APPLIED if mode else ImportState.CHECKED, {"new": LINES})
    assert len(begun) > LINES
    assert not any(begun)


@pytest.mark.parametrize("filters", [{}, {"columns": "owner"}], ids=["inventory", "list"])
def test_others_write_while_a_file_of_assets_is_made(people, session, monkeypatch, filters):
    monkeypatch.setattr(kernel_db, "OTHERS_WAIT", 50)
    tag = records.scale().tag
    found = assets.ask_export(form=Form.CSV, filters=filters, locale="vi", by=people.keeper.person())
    session.commit()
    make = exporting.exported

    def watched(*args, **kwargs):
        made = make(*args, **kwargs)
        assert db.session().in_transaction()
        Context().run(somebody_writes, db.engine)
        return made

    def somebody_writes(engine):
        with engine.connect() as other:
            assert leases.take(other, "others", "writer")
            other.commit()

    monkeypatch.setattr(exporting, "exported", watched)
    assets.export(found, step=session.commit)
    session.commit()
    assert (found.rows, found.ready_at is not None) == (1, True)
    assert tag in found.content.decode() or filters


@pytest.fixture
def elsewhere(monkeypatch):
    """Somebody else's deeds, done while labels are drawn."""
    monkeypatch.setattr(kernel_db, "OTHERS_WAIT", 50)
    deeds, draw = [], drawing.drawn

    def drawn(*args, **kwargs):
        assert not db.session().in_transaction()
        with db.engine.begin() as other:
            for deed in deeds:
                deed(other)
        deeds.append(None)
        return draw(*args, **kwargs)

    monkeypatch.setattr(drawing, "drawn", drawn)
    return deeds


def test_others_write_while_labels_are_drawn_and_what_is_noted_is_what_they_say(people, session, elsewhere):
    one = make_assets.asset(due_on=date(2026, 5, 1))
    asked = {"sheet": "a4-3x8", "show": [Part.DUE], "tag": [one.tag]}
    run = labels.ask_run(format=Format.PDF, query=asked, locale="vi", by=people.keeper.person())
    session.commit()
    later = update(Asset).where(Asset.id == one.id).values(due_on=date(2027, 5, 1))
    elsewhere.append(lambda other: other.execute(later))
    runs.draw(run, base_url="https://registry.example.vn", step=session.commit)
    session.commit()
    noted = session.scalars(select(Label)).one()
    assert (run.labels, run.content[:5], len(elsewhere)) == (1, b"%PDF-", 2)
    assert (noted.tag, noted.printed_due_on) == (one.tag, date(2026, 5, 1))


@pytest.mark.parametrize("which", ["chosen", "blank"])
def test_others_write_while_a_page_draws_labels(people, session, elsewhere, which):
    tag = make_assets.asset().tag
    batch = labels.make_blank(organisation=CENTRE, count=1, by=None)
    session.commit()
    session.remove()
    address, said = ("/labels", {"tags": tag}) if which == "chosen" else (f"/labels/batches/{batch}", {})
    answer = people.keeper.pages.post(address, data={"sheet": "a4-3x8"} | said)
    assert (answer.status_code, answer.data[:5], len(elsewhere)) == (200, b"%PDF-", 1)
