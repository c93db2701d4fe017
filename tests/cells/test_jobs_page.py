"""The pages on which people watch their own background work."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent, Job, User
from tests.factories import user
from tests.pages import check_page, visible_text

pytestmark = pytest.mark.once

LIST = "/cong-viec/"


@pytest.fixture
def owner(client, db) -> User:
    person = user("nhan.lt", "Lê Thị Nhàn")
    client.force_login(person)
    AuditEvent.objects.all().delete()
    return person


def job(owner: User | None, **details: object) -> Job:
    return Job.objects.create(owner=owner, kind="cells.example", **({"title": "Lập báo cáo"} | details))


def page_of(job: Job) -> str:
    return reverse("cells:job-detail", args=[job.public_id])


def file_of(job: Job) -> str:
    return reverse("cells:job-file", args=[job.public_id])


def with_file(owner: User, name: str = "jobs/a/1-bao-cao.pdf", **details: object) -> Job:
    path = settings.FILES_DIR / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.7")
    return job(owner, state=Job.State.DONE, result_file=name, **details)


def test_the_list_shows_ones_own_jobs_only_the_newest_first(client, owner):
    now = timezone.now()
    job(owner, title="Việc cũ", created_at=now - timedelta(days=1))
    job(owner, title="Việc mới", created_at=now)
    job(user(), title="Việc của người khác")
    job(None, title="Việc của hệ thống")
    response = client.get(LIST)
    assert [row.title for row in response.context["jobs"]] == ["Việc mới", "Việc cũ"]


def test_an_empty_list_says_how_jobs_come_about(client, owner):
    response = client.get(LIST)
    assert "Chưa có công việc nào" in visible_text(response.content.decode())
    check_page(response)


def test_a_long_list_has_pages(client, owner):
    for _ in range(21):
        job(owner)
    second = client.get(LIST, {"page": 2})
    assert len(second.context["jobs"]) == 1
    assert "21 việc" in visible_text(second.content.decode())
    check_page(second)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_the_same_queries_for_any_length(client, owner, django_assert_num_queries, count):
    for _ in range(count):
        job(owner)
    # session, user, count, jobs, and the two of header and menu
    with django_assert_num_queries(7):
        client.get(LIST)


def test_the_fragment_asks_for_nothing_but_the_job(client, owner, django_assert_num_queries):
    running = job(owner, state=Job.State.RUNNING)
    with django_assert_num_queries(5):  # session twice, user, what the user may, job
        client.get(page_of(running), headers={"HX-Request": "true"})


def test_jobs_of_others_are_not_found(client, owner):
    foreign = with_file(user(), "jobs/b/1-x.pdf")
    ownerless = with_file(None, "jobs/c/1-x.pdf")
    answers = [client.get(address(row)).status_code for row in (foreign, ownerless) for address in (page_of, file_of)]
    assert answers == [404, 404, 404, 404]
    assert not AuditEvent.objects.exclude(action=AuditEvent.Action.REFUSE).exists()


def test_a_running_job_shows_its_step_and_progress(client, owner):
    running = job(owner, state=Job.State.RUNNING, step="Đang vẽ phụ lục", progress=1250, total=3400)
    html = client.get(page_of(running)).content.decode()
    assert '<progress aria-label="Tiến độ" value="36" max="100">' in html
    text = visible_text(html)
    assert "Đang chạy Đang vẽ phụ lục" in text
    assert "1.250 trên 3.400 (36%)" in text


@pytest.mark.parametrize(
    ("state", "asks"),
    [(Job.State.QUEUED, True), (Job.State.RUNNING, True), (Job.State.DONE, False), (Job.State.FAILED, False)],
)
def test_the_page_asks_again_with_or_without_script_until_the_job_is_over(client, owner, state, asks):
    row = job(owner, state=state)
    page = client.get(page_of(row)).content.decode()
    part = client.get(page_of(row), headers={"HX-Request": "true"}).content.decode()
    assert ('<noscript><meta http-equiv="refresh" content="5"></noscript>' in page) is asks
    assert ('hx-trigger="every 2s"' in page, 'hx-trigger="every 2s"' in part) == (asks, asks)
    assert "<h1>" not in part


@pytest.mark.parametrize("state", Job.State)
def test_every_state_is_told_in_vietnamese_with_a_sign(client, owner, state):
    response = client.get(page_of(job(owner, state=state)))
    check_page(response)
    sign = {"queued": "○", "running": "▸", "done": "✓", "failed": "!"}[state]
    assert f"{sign} {state.label}" in visible_text(response.content.decode())


def test_a_failed_job_says_why_and_its_text_is_escaped(client, owner):
    failed = job(owner, state=Job.State.FAILED, error="Thiếu cột <b>Mã</b>.\nHãy thêm cột.")
    html = client.get(page_of(failed)).content.decode()
    assert "Thiếu cột &lt;b&gt;Mã&lt;/b&gt;.<br>Hãy thêm cột." in html


def test_a_finished_job_shows_its_message_and_where_its_result_is(client, owner):
    done = with_file(owner, result={"message": "Báo cáo 6 trang.", "url": "/bao-cao/"})
    html = client.get(page_of(done)).content.decode()
    assert "Báo cáo 6 trang." in visible_text(html)
    assert f'href="{file_of(done)}"' in html
    assert 'href="/bao-cao/"' in html


def test_a_job_whose_result_is_a_page_to_go_on_with_leads_there_once_it_is_done(client, owner):
    row = job(owner, state=Job.State.RUNNING, result={"url": "/bao-cao/", "forward": True})
    assert client.get(page_of(row)).status_code == 200
    Job.objects.update(state=Job.State.DONE)
    assert client.get(page_of(row)).headers["Location"] == "/bao-cao/"
    assert client.get(page_of(row), headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/bao-cao/"


def test_the_result_is_downloaded_under_the_jobs_title_and_the_download_is_recorded(client, owner):
    done = with_file(owner, title="Báo cáo 6 tháng: Đảng bộ xã A/B")
    response = client.get(file_of(done))
    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''B%C3%A1o%20c%C3%A1o%206%20th%C3%A1ng-%20%C4%90%E1%BA%A3ng%20b%E1%BB%99"
        "%20x%C3%A3%20A-B.pdf"
    )
    (event,) = AuditEvent.objects.all()
    assert (event.action, event.actor, event.object_id) == ("download", "nhan.lt", str(done.public_id))
    assert event.changes == {"file": "Báo cáo 6 tháng- Đảng bộ xã A-B.pdf"}


def test_a_file_that_is_missing_outside_the_folder_or_not_ready_is_not_found(client, owner):
    (settings.FILES_DIR.parent / "outside.txt").write_text("x")
    rows = [
        job(owner, state=Job.State.DONE, result_file="jobs/none/1-x.pdf"),
        job(owner, state=Job.State.DONE, result_file="../outside.txt"),
        job(owner, state=Job.State.DONE, result_file=""),
        with_file(owner, "jobs/d/1-x.pdf"),
    ]
    Job.objects.filter(pk=rows[3].pk).update(state=Job.State.RUNNING)
    assert [client.get(file_of(row)).status_code for row in rows] == [404, 404, 404, 404]
    assert not AuditEvent.objects.exclude(action=AuditEvent.Action.REFUSE).exists()
