"""The trail only grows, and whatever is done to it behind its back is found."""

import json
import random
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from cells.roles import Role
from core import append_only, audit, sealing
from core.audit_jobs import AUDIT_HEAD
from core.jobs import enqueue, run_job, sweep
from core.models import AuditEvent, AuditSeal
from tests.conftest import PROTECTED
from tests.factories import appointment, district, user
from tests.proof import cases, tally

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def written(count: int = 12) -> list[AuditEvent]:
    """Events of as many days, sealed."""
    events = [
        AuditEvent(
            at=START + timedelta(days=day), action=AuditEvent.Action.UPDATE, actor=f"nguoi{day}", label=f"K{day}",
            changes={"name": ["Cũ", f"Mới {day}"], "b": 2, "a": [1, None]},
        )
        for day in range(count)
    ]  # fmt: skip
    AuditEvent.objects.bulk_create(events)
    assert sealing.seal_waiting() == count
    return list(AuditEvent.objects.order_by("pk"))


# --- only growing -----------------------------------------------------------------------------------------------------
def test_after_migrate_the_database_refuses_to_change_or_remove_what_is_written(db):
    assert all(PROTECTED[table] for table in append_only.TABLES)
    written(2)
    for table in append_only.TABLES:
        append_only.protect(connection, table)
        assert append_only.triggers(connection, table) == PROTECTED[table]
    changes = [
        lambda: AuditEvent.objects.update(actor="ai đó"),
        lambda: AuditEvent.objects.all().delete(),
        lambda: AuditSeal.objects.update(hash="0" * 64),
        lambda: AuditSeal.objects.all().delete(),
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match=append_only.REFUSAL), transaction.atomic():
            change()
    audit.record(AuditEvent.Action.UPDATE, label="vẫn ghi thêm được")
    assert (AuditEvent.objects.count(), sealing.seal_waiting()) == (3, 1)


# --- sealing ----------------------------------------------------------------------------------------------------------
def test_what_is_committed_is_sealed_at_once_and_what_is_rolled_back_never_was(transactional_db):
    with transaction.atomic():
        audit.record(AuditEvent.Action.UPDATE, label="một")
        audit.record_many([audit.event(AuditEvent.Action.UPDATE, label="hai")])
        assert AuditSeal.objects.count() == 0
    with transaction.atomic():
        audit.record(AuditEvent.Action.UPDATE, label="ba")
        transaction.set_rollback(True)
    assert list(AuditSeal.objects.values_list("sequence", flat=True)) == [1, 2]
    assert sealing.verify() == sealing.Verdict(True, 2, AuditSeal.objects.get(sequence=2).hash)


def test_a_large_change_is_sealed_in_parts_and_the_sweep_does_the_rest(transactional_db, monkeypatch):
    monkeypatch.setattr(sealing, "CHUNK", 10)
    with transaction.atomic():
        audit.record_many(audit.event(AuditEvent.Action.CREATE, label=str(number)) for number in range(35))
    assert AuditSeal.objects.count() == 10
    sweep()
    assert AuditSeal.objects.count() == 35
    assert sealing.verify().ok


def test_an_event_committed_after_later_ones_is_sealed_too(db):
    first, *_ = written(3)
    late = AuditEvent.objects.create(at=START + timedelta(days=2), action="update", label="muộn")
    AuditEvent.objects.filter(pk=late.pk).update(id=first.pk - 1 or 10_000)
    assert sealing.seal_waiting(sealing.LOOK_BACK) == 1
    assert sealing.verify().ok


def test_who_finds_another_sealing_leaves_it_to_him(db, monkeypatch):
    AuditEvent.objects.create(at=START, action="update")
    monkeypatch.setattr(sealing, "_alone", lambda: False)
    assert (sealing.seal_waiting(), AuditSeal.objects.count()) == (0, 0)


# --- finding ----------------------------------------------------------------------------------------------------------
def edit(events, random):
    event = random.choice(events)
    field, value = random.choice([
        ("actor", "người khác"), ("label", "K99"), ("reason", "vì thế"), ("action", "create"), ("origin", "10.0.0.1"),
        ("changes", {"name": ["Cũ", "Khác"]}), ("at", event.at + timedelta(seconds=1)), ("object_id", "x"),
        ("scope_path", "9/"), ("on_behalf_of", "ai"), ("model", "cells.member"),
    ])  # fmt: skip
    AuditEvent.objects.filter(pk=event.pk).update(**{field: value})


def delete(events, random):
    AuditEvent.objects.filter(pk=random.choice(events[:-1]).pk).delete()


def delete_with_its_seal(events, random):
    event = random.choice(events[:-1])
    AuditSeal.objects.filter(event=event.pk).delete()
    AuditEvent.objects.filter(pk=event.pk).delete()


def swap(events, random):
    one, other = random.sample(events, 2)
    for event, words in ((one, other), (other, one)):
        AuditEvent.objects.filter(pk=event.pk).update(
            actor=words.actor, label=words.label, at=words.at, changes=words.changes
        )


def swap_seals(events, random):
    one, other = random.sample(list(AuditSeal.objects.all()), 2)
    AuditSeal.objects.filter(pk=one.pk).update(event=0)
    AuditSeal.objects.filter(pk=other.pk).update(event=one.event)
    AuditSeal.objects.filter(pk=one.pk).update(event=other.event)


def insert(events, random):
    """Somewhere in the past; whoever seals next takes it for one more event."""
    at = random.choice(events[:-1]).at + timedelta(minutes=1)
    AuditEvent.objects.create(at=at, action="update", actor="nguoi0", label="chèn")


def insert_with_a_seal(events, random):
    place = random.randrange(1, len(events))
    for seal in AuditSeal.objects.filter(sequence__gte=place).order_by("-sequence"):
        AuditSeal.objects.filter(pk=seal.pk).update(sequence=seal.sequence + 1)
    before = AuditSeal.objects.filter(sequence=place - 1).first()
    previous = before.hash if before else sealing.BEGINNING
    event = AuditEvent.objects.create(at=events[place - 1].at, action="update", label="chèn")
    AuditSeal.objects.create(
        sequence=place, event=event.pk, previous=previous, hash=sealing.hash_of(place, previous, event),
        sealed_at=event.at,
    )  # fmt: skip


TAMPERINGS = (edit, delete, delete_with_its_seal, swap, swap_seals, insert, insert_with_a_seal)


def undone(work) -> sealing.Verdict:
    """What is found after *work*, which is taken back."""
    with transaction.atomic():
        work()
        found = sealing.verify()
        transaction.set_rollback(True)
    return found


@pytest.mark.proof
def test_whatever_is_tampered_with_is_found(db):
    events = written()
    assert sealing.verify().ok
    chance = random.Random(20261124)
    for number in range(cases(quick=35, full=1_000)):
        tampering = TAMPERINGS[number % len(TAMPERINGS)]
        found = undone(lambda tampering=tampering: tampering(events, chance))
        assert not found.ok, tampering.__name__
        assert found.broken_at
        tally("tamperings with the trail found")
    assert sealing.verify().ok


def cut(keep: int) -> None:
    """Leave the first *keep* events and their seals."""
    gone = list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True)[keep:])
    AuditSeal.objects.filter(event__in=gone).delete()
    AuditEvent.objects.filter(pk__in=gone).delete()


def rewrite() -> None:
    """What the database's owner can do: change an event, and make a new chain over all of them."""
    AuditSeal.objects.all().delete()
    AuditEvent.objects.filter(label="K0").update(actor="người khác")
    sealing.seal_waiting()


def test_a_head_kept_elsewhere_shows_a_cut_tail_and_a_rewritten_chain(db):
    written()
    whole = sealing.verify()
    kept = sealing.Head(whole.events, whole.head)
    assert sealing.verify(kept).ok
    AuditEvent.objects.create(at=START + timedelta(days=30), action="update")
    assert sealing.verify(kept).ok
    for work, broken_at in ((lambda: cut(10), 11), (rewrite, 12)):
        with transaction.atomic():
            work()
            assert sealing.verify().ok, "by itself, what is left is whole"
            assert sealing.verify(kept).broken_at == broken_at
            transaction.set_rollback(True)


# --- refusals ---------------------------------------------------------------------------------------------------------
def test_what_is_refused_leaves_a_trail_and_a_mistyped_address_does_not(client, db):
    units = district()
    secretary = user("bi.thu")
    appointment(secretary, units["K1"], Role.CELL_SECRETARY)
    client.force_login(secretary)
    foreign = f"/to-chuc/{units['K2'].public_id}/"
    for address in (foreign, f"/to-chuc/{uuid4()}/", "/khong-co/", "/nhap-xuat/"):
        client.get(address)
    refusals = AuditEvent.objects.filter(action=AuditEvent.Action.REFUSE)
    found = [(event.actor, event.label, event.changes["status"]) for event in refusals]
    assert found[0][1] == foreign
    assert [(actor, status) for actor, _, status in found] == [("bi.thu", 404), ("bi.thu", 404), ("bi.thu", 403)]


# --- the command and the night ----------------------------------------------------------------------------------------
def told(*arguments: str) -> tuple[dict, int]:
    out, code = StringIO(), 0
    try:
        call_command("verify_audit", "--json", *arguments, stdout=out)
    except SystemExit as leaving:
        code = leaving.code
    return json.loads(out.getvalue()), code


def test_the_command_tells_what_it_found_and_takes_its_own_answer_as_the_head(db, tmp_path):
    written(5)
    answer, code = told()
    assert (answer["ok"], answer["events"], answer["broken_at"], code) == (True, 5, None, 0)
    kept = tmp_path / "dau.json"
    kept.write_text(json.dumps(answer), encoding="utf-8")
    assert told("--head", str(kept)) == (answer, 0)
    AuditEvent.objects.filter(label="K2").update(actor="người khác")
    answer, code = told("--head", str(kept))
    assert (answer["ok"], answer["broken_at"], code) == (False, 3, 1)
    kept.write_text("[]", encoding="utf-8")
    with pytest.raises(CommandError, match="không phải là kết quả của verify_audit"):
        told("--head", str(kept))


def test_an_empty_trail_is_whole(db):
    assert told() == ({"ok": True, "events": 0, "head": "0" * 64, "broken_at": None}, 0)


def test_each_night_the_head_is_written_to_a_file_that_the_command_takes(db, rung):
    written(3)
    job = enqueue(AUDIT_HEAD)
    run_job(job.pk)
    job.refresh_from_db()
    assert "Nhật ký nguyên vẹn" in job.result["message"]
    (path,) = settings.AUDIT_HEADS_DIR.glob("*.json")
    assert told("--head", str(path))[0]["ok"]


def test_a_log_in_is_sealed_and_says_who(transactional_db, client):
    user("hai.dq", password="mat-khau-de-thu-1")
    client.post("/dang-nhap/", {"username": "hai.dq", "password": "mat-khau-de-thu-1"})
    event = AuditEvent.objects.get(action=AuditEvent.Action.LOGIN)
    assert event.actor == "hai.dq"
    assert AuditSeal.objects.filter(event=event.pk).exists()
