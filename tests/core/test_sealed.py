"""Sealed columns: nothing in clear in the database, found by digest, and keys that can be changed under way."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cells.models import Member
from cells.services import members
from cells.services.errors import RuleError
from core import keyring as keys
from core.audit import digest
from core.dates import PartialDate
from core.identity_numbers import disagreements, is_number, normalize
from core.models import AuditEvent
from core.resealing import sealed_columns, still_old
from core.sealed import MASK, Sealed, seal
from tests import factories
from tests.today import TODAY

NUMBER = "099088001234"
OTHER = "099088005678"


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    """Keys of this test only."""
    (tmp_path / "secrets").mkdir()
    settings.DATA_DIR = tmp_path


@pytest.fixture
def member(db):
    row = factories.member(factories.district()["K1"], born_on=date(1988, 5, 12))
    number(row, NUMBER)
    return row


def number(row: Member, text: str) -> None:
    members.change_personal_data(row, version=row.version, today=TODAY, values={}, identity_number=text)


def stored(row: Member) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_number, identity_digest FROM cells_member WHERE id = %s", [row.pk])
        return cursor.fetchone()


def test_a_sealed_text_shows_itself_as_dots():
    sealed = seal(NUMBER)
    assert (str(sealed), f"{sealed}", bool(sealed), sealed.open()) == (MASK, MASK, True, NUMBER)
    assert NUMBER not in repr(sealed)
    assert seal(NUMBER) != sealed, "equal texts are not seen to be equal"
    assert (str(Sealed("")), bool(Sealed("")), Sealed("").open()) == ("", False, "")


def test_the_database_holds_no_number_in_clear(member):
    token, found_by = stored(member)
    assert NUMBER not in token + found_by
    assert len(found_by) == 64
    assert Member.objects.get(pk=member.pk).identity_number.open() == NUMBER
    assert list(members.holders_of(NUMBER)) == [member]
    assert list(members.holders_of(OTHER)) == list(members.holders_of("")) == []


def test_the_trail_tells_that_a_number_changed_never_which(member):
    number(member, OTHER)
    number(member, OTHER)
    pairs = [e.changes["identity_number"] for e in AuditEvent.objects.order_by("pk") if "identity_number" in e.changes]
    assert pairs == [["", digest(NUMBER)], [digest(NUMBER), digest(OTHER)]]
    assert not AuditEvent.objects.filter(changes__icontains=NUMBER).exists()
    number(member, "")
    assert stored(member) == ("", "")


def test_one_number_belongs_to_one_person(member):
    other = factories.member(member.organization)
    with pytest.raises(RuleError, match="đã ghi cho người khác"):
        number(other, NUMBER)
    number(member, NUMBER)  # their own


def test_keys_change_while_rows_stay_found_and_readable(member):
    before = stored(member)
    keys.add_key()
    fresh = factories.member(member.organization)
    number(fresh, OTHER)
    assert list(members.holders_of(NUMBER)) == [member], "found under the old key too"
    assert still_old() == 1
    call_command("rotate_keys")
    assert len(keys.keyring().keys) == 3
    assert still_old() == 0
    assert stored(member) != before
    call_command("rotate_keys", forget_old=True)
    assert len(keys.keyring().keys) == 1
    for row, text in ((member, NUMBER), (fresh, OTHER)):
        row.refresh_from_db()
        assert row.identity_number.open() == text
        assert list(members.holders_of(text)) == [row]


def test_a_lost_key_is_told_and_nothing_is_forgotten(member):
    kept = keys.path().read_text()
    keys.path().unlink()
    with pytest.raises(keys.BrokenSealError):
        Member.objects.get(pk=member.pk).identity_number.open()
    with pytest.raises(CommandError, match="sao lưu"):
        call_command("rotate_keys", forget_old=True)
    keys.path().write_text(kept)
    assert Member.objects.get(pk=member.pk).identity_number.open() == NUMBER


def test_the_key_file_is_for_its_owner_alone(member):
    call_command("rotate_keys")
    assert keys.path().stat().st_mode & 0o777 == 0o600
    assert [path.name for path in keys.path().parent.iterdir()] == [keys.NAME], "no draft is left"


def test_every_sealed_column_is_rewritten():
    assert ("cells.Member", "identity_number") in {(model._meta.label, field.name) for model, field in sealed_columns()}


def test_a_number_is_read_as_people_write_it():
    assert normalize(" 099 088.001-234 ") == NUMBER
    assert is_number("123456789")
    assert not is_number("12345")
    assert not is_number("09908800123x")
    with pytest.raises(ValueError, match="12 chữ số"):
        normalize("0990880012")


def test_a_number_that_contradicts_its_owner_is_told():
    born = PartialDate(date(1988, 5, 12))
    assert list(disagreements(NUMBER, born, "male")) == []
    assert [text.split(".")[0] for text in disagreements(NUMBER, PartialDate(date(1989, 1, 1)), "female")] == [
        "Số này là của người sinh năm khác", "Số này là của người giới tính khác",
    ]  # fmt: skip
    assert list(disagreements("099388001234", PartialDate(date(2088, 1, 1)), "female")) == []
    assert list(disagreements("123456789", born, "male")) == list(disagreements(NUMBER, None, "")) == []
