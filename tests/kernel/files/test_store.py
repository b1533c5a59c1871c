"""The store: a folder of this machine that only we read, or a bucket; and the job that tidies up what nobody names."""

import logging
import os
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from secrets import token_hex

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import select

from registry import config
from registry.app import create_app
from registry.jobs import runner
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.files import attachments
from registry.kernel.files.models import StoredFile
from registry.kernel.files.store import Store, StoreDown, key_of, store, thumbnail_key
from tests.make import files as make

REGION, SECRET = "ap-southeast-1", "a-secret-nobody-reads"
INCOMING = make.taken()
KEY = key_of(INCOMING.sha256)


def of(home, **said: str) -> Store:
    return Store(config.from_environment({"REGISTRY_HOME": str(home), **said}))


@pytest.fixture
def folder(tmp_path) -> Store:
    return of(tmp_path)


@pytest.fixture
def s3(tmp_path, monkeypatch) -> Iterator[Callable[[], Store]]:
    """A bucket on this machine; call it again for the same store as another process opens it."""
    for name, value in {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": SECRET, "REGION": REGION}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    place = {"LocationConstraint": REGION}
    client = boto3.client("s3", endpoint_url=endpoint, region_name=REGION)
    bucket = f"registry-{token_hex(4)}"  # buckets outlive their server in this process
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    client.close()
    yield lambda: of(tmp_path, REGISTRY_FILES_URL=f"s3://{bucket}/tinh/thai-nguyen", REGISTRY_FILES_ENDPOINT=endpoint)
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def any_store(request) -> Store:
    found = request.getfixturevalue(request.param)
    return found if isinstance(found, Store) else found()


def test_what_is_put_is_found_listed_and_taken_away(any_store):
    assert not any_store.has(KEY)
    assert any_store.get(KEY) is None
    any_store.put(KEY, make.PDF)
    assert any_store.has(KEY)
    assert any_store.get(KEY) == any_store.content(INCOMING.sha256) == make.PDF
    ((key, put_at),) = any_store.listing()
    assert key == KEY
    assert abs(clock.now() - put_at) < timedelta(minutes=5)
    any_store.delete(KEY)
    assert list(any_store.listing()) == []


def test_what_lies_there_already_is_left_alone(any_store):
    any_store.put(KEY, make.PDF)
    any_store.put(KEY, b"something else")
    assert any_store.content(INCOMING.sha256) == make.PDF


def test_damage_is_seen_and_never_handed_out(any_store):
    any_store.put(KEY, make.PDF + b"!")
    with pytest.raises(StoreDown, match="lost or damaged"):
        any_store.content(INCOMING.sha256)
    with pytest.raises(StoreDown, match="lost or damaged"):
        any_store.content("0" * 64)


def test_a_bucket_is_the_same_for_every_process(s3):
    s3().put(KEY, make.PDF)
    assert s3().get(KEY) == make.PDF


def test_a_bucket_that_does_not_answer_is_said_without_its_keys(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    gone = of(tmp_path, REGISTRY_FILES_URL="s3://registry-files", REGISTRY_FILES_ENDPOINT="http://127.0.0.1:9")
    with pytest.raises(StoreDown, match="does not answer"):
        gone.get(KEY)
    assert "does not answer" in caplog.text
    assert SECRET not in caplog.text


def test_a_folder_is_ours_alone(folder, tmp_path):
    before = os.umask(0)
    try:
        folder.put(KEY, make.PDF)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "files" / KEY).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "files").rglob("*") if path.is_file()] == [INCOMING.sha256]


def test_a_folder_that_cannot_be_written_is_said(folder, tmp_path):
    (tmp_path / "files").write_text("no folder")
    with pytest.raises(StoreDown):
        folder.put(KEY, make.PDF)


def test_nothing_is_made_before_something_is_kept(tmp_path):
    create_app(config.from_environment({"REGISTRY_HOME": str(tmp_path), "REGISTRY_SECRET_KEY": "said"}))
    assert list(tmp_path.iterdir()) == []


def aged(days: float) -> None:
    """Everything in the folder was put there so long ago."""
    for key, _put_at in list(store().listing()):
        path = store().settings.home / "files" / key
        then = (clock.now() - timedelta(days=days)).timestamp()
        os.utime(path, (then, then))


@pytest.fixture
def emptied(session) -> None:
    """The store of the application without what other tests left there."""
    for key, _put_at in list(store().listing()):
        store().delete(key)


def test_the_night_takes_away_what_no_row_names(session, emptied):
    photo = make.taken(make.photo(), "a.jpg")
    attachments.keep(INCOMING)
    attachments.lay_down(photo)
    store().put("README", b"not ours")
    aged(days=0.9)
    assert attachments.tidy() == 0
    aged(days=1.1)
    assert attachments.tidy() == 1
    assert sorted(key for key, _put_at in store().listing()) == sorted([KEY, "README"])
    assert not store().has(thumbnail_key(photo.sha256))
    db.session.rollback()


def test_it_is_a_job_of_the_timetable(session, emptied):
    attachments.lay_down(INCOMING)
    aged(days=2)
    assert runner.run("tidy-files", clock.today()).result == {"deleted": 1}
    assert list(store().listing()) == []


def test_bytes_lie_in_the_store_before_their_row_is_committed(session, emptied):
    attachments.keep(INCOMING)
    assert store().content(INCOMING.sha256) == make.PDF
    db.session.rollback()
    assert db.session.scalars(select(StoredFile)).all() == []
    assert store().has(KEY)
