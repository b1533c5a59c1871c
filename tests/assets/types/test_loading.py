"""The shipped catalogue is there as soon as a database has its schema, and comes back where an older one lacks it."""

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select, update

from registry import cli, config
from registry.app import create_app
from registry.assets.types import shipped
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion, InstrumentTypeWord
from registry.kernel.db import db


@pytest.fixture
def environ(tmp_path, backends, database):
    url = backends.empty_database(database, "registry_catalogue")
    return {"REGISTRY_HOME": str(tmp_path), "REGISTRY_SCHEDULER": "off", "REGISTRY_DATABASE_URL": url}


@pytest.fixture
def run(environ):
    """Runs `registry WORDS`."""

    def run(*words):
        assert CliRunner(env=environ).invoke(cli.main, words).exit_code == 0

    return run


def in_database(environ, act):
    built = create_app(config.from_environment(environ))
    with built.app_context():
        found = act()
        db.session.commit()
        db.engine.dispose()
    return found


def held():
    return db.session.scalar(select(func.count()).select_from(InstrumentTypeVersion))


def test_upgrading_the_schema_loads_it_once_and_any_command_that_needs_the_database_sees_to_it(run, environ):
    wanted = sum(len(one["versions"]) for one in shipped.types())
    run("db", "upgrade")
    assert in_database(environ, held) == wanted
    run("db", "upgrade")
    assert in_database(environ, held) == wanted
    for table in (InstrumentTypeWord, InstrumentTypeVersion, InstrumentType):
        in_database(environ, lambda table=table: db.session.execute(delete(table)))
    run("jobs", "run", "flag-overdue")
    assert in_database(environ, held) == wanted


def test_a_name_that_people_changed_stays_over_a_restart(run, environ):
    run("db", "upgrade")
    renamed = update(InstrumentType).where(InstrumentType.code == "TAXIMET").values(name_vi="Đồng hồ tắc xi")
    in_database(environ, lambda: db.session.execute(renamed))
    run("jobs", "run", "flag-overdue")
    names = select(InstrumentType.name_vi).where(InstrumentType.code == "TAXIMET")
    assert in_database(environ, lambda: db.session.scalars(names).all()) == ["Đồng hồ tắc xi"]
