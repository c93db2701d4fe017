"""Doing the work: claimed once, effect exactly once, failures told to the user."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from core import audit, jobs
from core.jobs import execution, registry
from core.models import Job, User
from tests.jobs_app.kinds import effects, write_effect
from tests.jobs_app.waiting import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def handle(monkeypatch):
    """Makes a function the handler of kind `probe.here`."""

    def use(handler) -> None:
        monkeypatch.setitem(registry._kinds, "probe.here", registry.JobKind("probe.here", handler))

    return use


def lapse(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def reload(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


# --- claims ----------------------------------------------------------------------------------------------------
def test_a_job_is_done_once_however_often_the_bell_rings():
    job = jobs.enqueue("probe.work", {"label": "a"})
    assert [jobs.run_job(job.pk) for _ in range(3)] == [True, False, False]
    job = reload(job)
    assert (job.state, job.attempts, job.token, job.result, job.percent) == (Job.State.DONE, 1, 1, {"ticks": 1}, 100)
    assert effects("a") == 1


def test_a_bell_for_a_job_that_is_gone_does_nothing():
    assert jobs.run_job(12345) is False


def test_work_is_not_started_before_its_time():
    job = jobs.enqueue("probe.work", {"label": "a"}, not_before=timezone.now() + timedelta(minutes=1))
    assert (jobs.run_job(job.pk), effects("a")) == (False, 0)


def test_running_work_is_left_alone_until_its_lease_lapses():
    job = jobs.enqueue("probe.work", {"label": "a"})
    assert execution.claim(job.pk).job.token == 1
    assert execution.claim(job.pk) is None
    lapse(job)
    assert execution.claim(job.pk).job.token == 2


def test_work_that_broke_too_often_is_not_claimed_again():
    job = jobs.enqueue("probe.work", {"label": "a"})
    Job.objects.update(attempts=settings.JOB_MAX_ATTEMPTS)
    assert execution.claim(job.pk) is None


def test_work_with_a_key_waits_for_its_twin_and_is_rung_when_that_ends(rung, handle):
    second: list[Job] = []

    def queue_a_twin(run: jobs.JobRun) -> None:
        if not second:
            second.append(jobs.enqueue("probe.here", key="k"))
            assert jobs.run_job(second[0].pk) is False

    handle(queue_a_twin)
    first = jobs.enqueue("probe.here", key="k")
    jobs.run_job(first.pk)
    assert rung == [second[0].pk]
    assert jobs.run_job(second[0].pk) is True


def test_work_without_a_key_runs_side_by_side():
    first, second = jobs.enqueue("probe.echo"), jobs.enqueue("probe.echo")
    execution.claim(first.pk)
    assert execution.claim(second.pk).job == second


# --- results ---------------------------------------------------------------------------------------------------
def test_what_a_handler_returns_is_the_result():
    owner = User.objects.create_user("an", full_name="Nguyễn Văn An")
    job = jobs.enqueue("probe.echo", {"year": 2026}, owner=owner)
    work_off()
    job = reload(job)
    assert (job.state, job.result) == (
        Job.State.DONE,
        {"actor": "an", "origin": "job probe.echo", "year": 2026},
    )
    assert audit.current() == audit.NOBODY


def test_work_of_the_system_has_no_actor():
    job = jobs.enqueue("probe.echo")
    work_off()
    assert reload(job).result["actor"] == ""


def test_a_file_is_kept_whole_and_named_when_the_job_is_done():
    job = jobs.enqueue("probe.work", {"label": "nội dung"})
    work_off()
    job = reload(job)
    assert job.result_file == f"jobs/{job.public_id}/1-kết_quả.txt"
    folder = settings.FILES_DIR / "jobs" / str(job.public_id)
    assert [path.read_text() for path in folder.iterdir()] == ["nội dung"]


def test_files_of_earlier_runs_are_removed_when_a_later_one_is_done():
    job = jobs.enqueue("probe.work", {"label": "a"})
    execution.claim(job.pk).save_file("kết quả.txt", b"half")
    lapse(job)
    jobs.run_job(job.pk)
    folder = settings.FILES_DIR / "jobs" / str(job.public_id)
    assert [path.name for path in folder.iterdir()] == ["2-kết_quả.txt"]


def test_a_file_whose_writing_fails_leaves_nothing_behind():
    job = jobs.enqueue("probe.work", {"label": "a"})

    def write(file) -> None:
        file.write(b"half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        execution.claim(job.pk).save_file("a.txt", write)
    assert list((settings.FILES_DIR / "jobs" / str(job.public_id)).iterdir()) == []


# --- the lease is lost -----------------------------------------------------------------------------------------
def test_a_run_that_lost_its_lease_writes_nothing(handle):
    runs: list[int] = []

    def be_overtaken(run: jobs.JobRun) -> None:
        runs.append(run.job.token)
        if len(runs) == 1:
            lapse(run.job)
            jobs.run_job(run.job.pk)
        with run.commit({"by": run.job.token}):
            write_effect("a")

    handle(be_overtaken)
    job = jobs.enqueue("probe.here")
    jobs.run_job(job.pk)
    job = reload(job)
    assert (runs, effects("a"), job.state, job.result, job.token) == ([1, 2], 1, Job.State.DONE, {"by": 2}, 2)


def test_progress_tells_a_run_that_it_lost_its_lease():
    job = jobs.enqueue("probe.work", {"label": "a"})
    first = execution.claim(job.pk)
    lapse(job)
    execution.claim(job.pk)
    with pytest.raises(jobs.LeaseLost):
        first.progress(1, 10)


# --- progress --------------------------------------------------------------------------------------------------
def test_progress_is_shown_with_its_step():
    job = jobs.enqueue("probe.work", {"label": "a"})
    execution.claim(job.pk).progress(45, 60, "Đang đọc")
    job = reload(job)
    assert (job.progress, job.total, job.percent, job.step) == (45, 60, 75, "Đang đọc")


def test_progress_of_every_row_is_written_now_and_then_only(django_assert_num_queries):
    job = jobs.enqueue("probe.work", {"label": "a"})
    run = execution.claim(job.pk)
    with django_assert_num_queries(2):
        for row in range(500):
            run.progress(row, 500, "Đang đọc")
        run.progress(0, 0, "Đang ghi")


# --- failures --------------------------------------------------------------------------------------------------
def test_a_refusal_fails_the_job_at_once_with_its_text():
    job = jobs.enqueue("probe.refuse")
    work_off()
    job = reload(job)
    assert (job.state, job.error, job.attempts, job.is_over) == (
        Job.State.FAILED,
        "Tệp trống. Hãy chọn tệp khác.",
        1,
        True,
    )


def test_a_refusal_undoes_the_effect_written_before_it(handle):
    def refuse_late(run: jobs.JobRun) -> None:
        with run.commit():
            write_effect("a")
            raise jobs.JobError("Không được.")

    handle(refuse_late)
    job = jobs.enqueue("probe.here")
    work_off()
    assert (reload(job).state, effects("a")) == (Job.State.FAILED, 0)


def test_a_fault_is_tried_again_and_then_done():
    job = jobs.enqueue("probe.break", {"label": "twice", "times": 2})
    for expected in (Job.State.RUNNING, Job.State.RUNNING, Job.State.DONE):
        jobs.run_job(job.pk)
        assert reload(job).state == expected
    job = reload(job)
    assert (job.attempts, job.result, job.error) == (3, {"broke": 2}, "")


def test_a_fault_that_stays_fails_with_a_number_that_is_also_in_the_log(caplog):
    job = jobs.enqueue("probe.break", {"label": "always", "times": 9})
    with caplog.at_level(logging.ERROR):
        ran = [jobs.run_job(job.pk) for _ in range(4)]
    assert ran == [True, True, True, False]
    job = reload(job)
    reference = caplog.records[-1].args[0]
    assert (job.state, job.error) == (
        Job.State.FAILED,
        f"Công việc dừng vì một lỗi ngoài dự kiến. Hãy làm lại; nếu vẫn lỗi, báo người quản trị mã số {reference}.",
    )
    assert caplog.records[-1].exc_info[0] is ValueError


def test_a_fault_after_the_effect_does_not_undo_it(handle):
    def stumble(run: jobs.JobRun) -> None:
        with run.commit():
            write_effect("a")
        raise ValueError("too late")

    handle(stumble)
    job = jobs.enqueue("probe.here")
    work_off()
    assert (reload(job).state, effects("a")) == (Job.State.DONE, 1)


def test_a_run_can_finish_only_once(handle):
    def finish_twice(run: jobs.JobRun) -> None:
        with run.commit({"n": 1}):
            pass
        with pytest.raises(RuntimeError), run.commit({"n": 2}):
            pass

    handle(finish_twice)
    job = jobs.enqueue("probe.here")
    work_off()
    assert reload(job).result == {"n": 1}


def test_a_kind_is_registered_by_one_handler_only():
    with pytest.raises(Exception, match="registered twice"):
        jobs.register("probe.work", lambda run: None)


# --- in process ------------------------------------------------------------------------------------------------
def test_a_command_does_the_same_work_without_a_row(tmp_path: Path):
    seen = []
    outcome = jobs.run_now(
        "probe.work", {"label": "a"}, progress=lambda *numbers: seen.append(numbers), folder=tmp_path
    )
    assert (outcome.result, outcome.file.read_text(), seen) == ({"ticks": 1}, "a", [(0, 1, "Đang làm")])
    assert (Job.objects.count(), effects("a")) == (0, 1)


def test_a_command_keeps_its_own_origin():
    with audit.acting(origin="lệnh thử"):
        assert jobs.run_now("probe.echo").result == {"actor": "", "origin": "lệnh thử"}


def test_a_refusal_reaches_the_command():
    with pytest.raises(jobs.JobError, match="Tệp trống"):
        jobs.run_now("probe.refuse")
