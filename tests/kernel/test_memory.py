"""What a connection keeps in memory is given back with it, and a process of long work has no windows on the file."""

import pytest
from sqlalchemy import create_engine, text

from registry.kernel.db import USUAL_KILOBYTES, db, without_windows, write_much


def said(connection, pragma):
    return connection.execute(text(f"PRAGMA {pragma}")).scalar()


@pytest.fixture
def _embedded(database):
    if database != "sqlite":
        pytest.skip("These are settings of the embedded database.")


@pytest.mark.usefixtures("_embedded", "session")
def test_what_is_kept_for_writing_much_is_given_back_with_the_connection():
    with db.engine.connect() as first, db.engine.connect():  # whatever was open goes to others
        before = said(first, "cache_size")
    write_much()
    connection = db.session.connection().connection.dbapi_connection
    assert connection.execute("PRAGMA cache_size").fetchone()[0] < before
    db.session.rollback()
    assert connection.execute("PRAGMA cache_size").fetchone() == (-USUAL_KILOBYTES,)


@pytest.mark.usefixtures("_embedded")
def test_a_process_without_windows_reads_through_its_own_memory(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as usual:
        usual.execute(text("CREATE TABLE a (b)"))
        assert said(usual, "mmap_size") > 0
    without_windows(engine)
    with engine.connect() as connection:
        assert said(connection, "mmap_size") == 0
    engine.dispose()
