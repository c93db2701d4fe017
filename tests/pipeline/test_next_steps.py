"""`manage.py next_steps`, and the night that proves that no open file is without one."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from core.dates import add_months
from core.jobs import run_now
from core.models import AuditEvent
from pipeline.jobs import NIGHTLY
from pipeline.models import Case
from pipeline.queries.cases import stuck_cases
from pipeline.services.nightly import refresh_cases
from tests.pipeline import files
from tests.pipeline.files import done, opened, vote
from tests.today import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return files.peopled(4)


def asked(capsys, *arguments: str) -> dict:
    capsys.readouterr()
    call_command("next_steps", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_the_command_says_who_does_what_by_when(units, capsys):
    case = opened(units["K1"])
    files.walk(case)
    done(case, "cell_vote", TODAY - timedelta(days=5), vote=vote(units["K1"]))
    closed = opened(units["K1"])
    done(closed, "withdrew", reason="Gia đình")
    found = asked(capsys)
    assert found["today"] == TODAY.isoformat()
    (told,) = found["cases"]
    assert {key: told[key] for key in ("code", "name", "organization", "stage")} == {
        "code": case.code, "name": case.candidate.full_name, "organization": "K1", "stage": "chi bộ đã thông qua",
    }  # fmt: skip
    steps = {step["step"]: step for step in told["steps"]}
    assert steps["base_resolution"]["who"] == "Đảng bộ xã Minh Hòa"
    assert set(steps["base_resolution"]) == {
        "step", "label", "who", "earliest", "due", "overdue_days", "article", "edition", "confidence", "missing",
    }  # fmt: skip
    assert steps["base_resolution"]["edition"] == "208-QĐ/TW"


def test_units_and_days_narrow_it(units, capsys):
    opened(units["K1"], TODAY - timedelta(days=20))
    opened(units["K3"])
    assert [each["organization"] for each in asked(capsys, "--organization", "D2")["cases"]] == ["K3"]
    assert len(asked(capsys, "--organization", "H")["cases"]) == 2
    assert [each["organization"] for each in asked(capsys, "--today", str(TODAY - timedelta(days=21)))["cases"]] == [
        "K3"
    ]
    with pytest.raises(CommandError, match="Không có tổ chức mã Z"):
        call_command("next_steps", "--organization", "Z")


def test_what_is_overdue_is_said_in_days(units, capsys):
    case = opened(units["K1"])
    done(case, "sympathiser_list", add_months(TODAY, -2))
    (told,) = asked(capsys)["cases"]
    review = next(step for step in told["steps"] if step["step"] == "list_review")
    late = TODAY - date.fromisoformat(review["due"])
    assert review["overdue_days"] == late.days > 0


def test_without_json_it_is_read_by_people(units, capsys):
    opened(units["K1"])
    call_command("next_steps")
    output = capsys.readouterr()
    assert "Chi bộ ra nghị quyết đưa vào danh sách cảm tình Đảng" in output.out
    assert "1 hồ sơ đang làm." in output.err


def test_the_night_renews_what_depends_on_the_day_and_leaves_no_trace(units):
    case = opened(units["K1"])
    done(case, "sympathiser_list", TODAY - timedelta(days=3), late_reason="")
    version, events, later = case.version, AuditEvent.objects.count(), add_months(TODAY, 3)
    Case.objects.filter(pk=case.pk).update(first_due=None, checked_on=date(2020, 1, 1), next_step="")
    assert list(stuck_cases()) == [case]
    found = refresh_cases(later)
    case.refresh_from_db()
    assert (found.cases, found.changed, found.stuck) == (1, 1, [])
    assert (case.checked_on, case.first_due, case.next_step) == (
        later,
        add_months(TODAY - timedelta(days=3), 1),
        "helper",
    )
    assert (case.version, AuditEvent.objects.count()) == (version, events)


def test_a_file_without_a_next_step_is_named(units, monkeypatch):
    case = opened(units["K1"])
    monkeypatch.setattr("pipeline.deriving.steps_in", lambda case: [])
    result = run_now(NIGHTLY, {})
    assert case.code in result.result["message"]


def test_every_open_file_is_among_the_next_steps_whatever_befalls_it(units, capsys):
    """No file falls out of every list: each stage and each outcome that leaves it open names what comes next."""
    cases = [opened(units["K1"]) for _ in range(6)]
    files.walk(cases[1], "helper")
    for number in (2, 3, 4, 5):
        files.walk(cases[number])
    done(cases[2], "paused", reason="Đi xa")
    done(cases[3], "returned", reason="Thiếu", steps=["opinions"])
    done(cases[4], "cell_vote", vote=vote(units["K1"], yes=0, no=4))
    done(cases[5], "cell_vote", vote=vote(units["K1"]))
    told = {each["code"]: [step["step"] for step in each["steps"]] for each in asked(capsys)["cases"]}
    assert told.keys() == {case.code for case in cases}
    assert all(told.values())
    assert refresh_cases(TODAY).stuck == []
