"""The chain of the audit log: what was sealed and is not the same any more is named, whoever wrote in which order."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from registry.jobs import runner, sealing
from registry.kernel import audit, proof, seals
from registry.kernel import clock as kernel_clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.seals import SEAL, AuditBlock

SAID = {"tên": [None, "Quả cân “F1”"], "limits": [{"low": "0.10"}, [1, 2.5, True, None]]}


def write(*keys):
    audit.record_all("thing.change", [(("thing", key), SAID) for key in keys], by=None)
    db.session.commit()


def sealed():
    return sealing.catch_up(lambda _seconds: False)


def ids():
    return list(db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)))


@pytest.fixture
def log(session, monkeypatch):
    """Seven entries in three blocks, one that waits, and the keys of them all; one key is not used."""
    monkeypatch.setattr(seals, "MOST", 3)
    monkeypatch.setattr(sealing, "GLANCES", 2)
    write(*range(8))
    db.session.execute(delete(AuditEntry).where(AuditEntry.id == ids()[4]))  # as a transaction that was rolled back
    db.session.commit()
    assert sealed() == 7
    write("later")
    return ids()


def change(**values):
    return lambda key: update(AuditEntry).where(AuditEntry.id == key).values(**values)


def copied(key, to):
    columns = [column for column in AuditEntry.__table__.c if column.name != "id"]
    chosen = select(text(str(to)), *columns).where(AuditEntry.id == key)
    return insert(AuditEntry).from_select(["id", *(column.name for column in columns)], chosen)


def test_a_log_that_nobody_touched_is_whole(log):
    found = proof.verify()
    assert (found.fault, found.entries, found.blocks, found.waiting) == (None, 7, 3, 1)
    assert (sealed(), sealed(), proof.verify().waiting) == (1, 0, 0)


@pytest.mark.parametrize(
    ("forged", "place", "said"),
    [
        (change(actor="Somebody else"), 0, "changed"),
        (change(person_id=None, at=kernel_clock.now() + timedelta(microseconds=1)), 1, "changed"),
        (change(action="thing.add"), 2, "changed"),
        (change(subject_type="other"), 3, "changed"),
        (change(subject_key="8"), 4, "changed"),
        (change(changes=SAID | {"limits": [{"low": "0.1"}, [1, 2.5, True, None]]}), 6, "changed"),
        (lambda key: delete(AuditEntry).where(AuditEntry.id == key), 0, "removed"),
        (lambda key: delete(AuditEntry).where(AuditEntry.id == key), 6, "removed"),
        (lambda key: delete(AuditEntry).where(AuditEntry.id.between(key, key + 1)), 5, "removed"),
        (lambda key: copied(key, key + 1), 3, "inserted"),
        (lambda key: copied(key, key - 1), 0, "inserted"),
    ],
)  # fmt: skip
def test_the_first_entry_that_was_touched_is_named(log, forged, place, said):
    db.session.execute(forged(log[place]))
    db.session.commit()
    found = proof.verify()
    named = log[place] + {(3, "inserted"): 1, (0, "inserted"): -1}.get((place, said), 0)
    assert found.fault.startswith(f"audit entry {named} was {said} after")
    assert found.entries == place // 3 * 3  # blocks before it are whole
    assert sealed() == 1  # sealing goes on, and mends nothing
    assert proof.verify().fault == found.fault


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        (delete(AuditBlock).where(AuditBlock.number == 2), "block 2, of the entries after {2}, was removed"),
        (update(AuditBlock).where(AuditBlock.number == 2).values(hash="0" * 64), "block 2, which ends with entry {5}"),
        (update(AuditBlock).where(AuditBlock.number == 3).values(last_id=9999), "block 3, which ends with entry {6}"),
        (update(AuditBlock).where(AuditBlock.number == 3).values(form=2), "block 3, of the entries after {5}"),
        (update(AuditBlock).where(AuditBlock.number == 1).values(seals=b"short"), "block 1, of the entries after 0"),
    ],
)
def test_blocks_are_part_of_what_is_proved(log, forged, said):
    db.session.execute(forged)
    db.session.commit()
    assert proof.verify().fault.startswith(said.replace("{", "{0[").replace("}", "]}").format(log))


def test_the_instant_of_sealing_is_covered(log):
    db.session.execute(update(AuditBlock).values(sealed_at=kernel_clock.now() - timedelta(days=1)))
    db.session.commit()
    assert proof.verify().fault == f"block 1, which ends with entry {log[2]}, was changed"


def test_a_chain_that_was_forged_to_its_end_does_not_go_through_the_head_that_was_noted(log):
    noted = proof.verify().head
    db.session.execute(change(actor="Somebody else")(log[5]))
    db.session.execute(delete(AuditBlock))
    db.session.commit()
    assert sealed() == 8
    assert proof.verify().fault is None
    assert proof.verify(noted=noted).fault.startswith(f"the chain does not go through the noted head {noted}")


def test_a_noted_head_stays_good_while_the_chain_grows(log):
    noted = proof.verify().head
    sealed()
    assert (proof.verify(noted=noted).fault, proof.verify().head != noted) == (None, True)
    assert proof.verify(noted="2:" + "0" * 64).fault
    assert proof.verify(noted="nonsense").fault


def test_a_seal_that_was_forged_is_noticed_at_the_next_one(log):
    first = db.session.get(AuditBlock, 1)
    db.session.execute(change(actor="Somebody else")(log[0]))
    row = db.session.execute(seals.LINES, {"after": 0, "upto": log[0], "most": 1}).one()
    forged = seals.seal_of(bytes(32), seals.Line(*row))
    first.seals = SEAL.pack(log[0], forged) + first.seals[SEAL.size :]
    db.session.commit()
    assert proof.verify().fault.startswith(f"audit entry {log[1]} was changed")


def test_a_long_log_of_before_is_sealed_block_by_block(session):
    write(*range(seals.MOST * 2 + 1))
    assert sealed() == seals.MOST * 2 + 1
    assert (proof.verify().blocks, proof.verify().fault) == (3, None)


def test_the_job_seals_what_waits(session, people):
    run = runner.run("seal-audit", kernel_clock.today())
    assert (run.status, run.result["sealed"] > 0, proof.verify().waiting) == ("done", True, 0)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("kept", [True, False])
def test_keys_that_are_committed_out_of_order_are_sealed_in_order(log, kept):
    late = insert(AuditEntry).values(
        at=kernel_clock.now(), actor="slow", action="thing.add", subject_type="thing", subject_key="slow", changes={}
    )
    with db.engine.connect() as slow:
        key = slow.scalar(late.returning(AuditEntry.id))
        write("quick")
        assert key < ids()[-1]
        assert (sealed(), sealed(), proof.verify().waiting) == (0, 0, 2)
        slow.commit() if kept else slow.rollback()
    assert (sealed(), proof.verify().fault, key in ids()) == (2 + kept, None, kept)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_sealing_waits_for_those_who_were_writing_and_for_nobody_who_began_later(log, monkeypatch):
    later = iter([{"a", "b"}, {"b", "c"}, {"c", "d"}])
    monkeypatch.setattr(seals, "writing", lambda: next(later))
    assert sealed() == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_only_reads_the_log_delays_nothing(log):
    with db.engine.connect() as reader:
        reader.execute(select(AuditEntry)).all()
        assert sealed() == 1
