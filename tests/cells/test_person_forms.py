"""The forms about the person: personal data, recognition, states."""

from datetime import date

import pytest

from cells.models import Member
from tests.cells.roll_pages import LIST, address, log_in, page, refusals, refused, send, visible
from tests.factories import district, member


@pytest.fixture
def units(db):
    return district()


@pytest.fixture
def officer(client, units):
    """A committee officer of D1: cells K1 and K2."""
    return log_in(client, units["D1"])


# --- personal data ----------------------------------------------------------------------------------------------------
def shown_data(person: Member, **changes) -> dict:
    days = {name: f"{day:%d/%m/%Y}" for name in ("joined_on", "official_on") if (day := getattr(person, name))}
    texts = {name: getattr(person, name) for name in ("code", "full_name", "sex", "ethnicity", "religion", "education")}
    return texts | days | {"born": person.born_text, "version": person.version} | changes


def test_personal_data_is_edited_and_kept_with_what_was_before(client, officer, units):
    person = member(units["K1"], born_on=date(1988, 5, 12), ethnicity="Kinh")
    send(
        client, address(person, "sua/"), **shown_data(person, born="05/1988", ethnicity="Tày", official_on="19/05/2011")
    )
    stored = Member.objects.get()
    assert (stored.born_text, stored.ethnicity, stored.official_on, stored.version) == (
        "05/1988", "Tày", date(2011, 5, 19), 2,
    )  # fmt: skip


def test_the_slower_of_two_people_sees_what_differs_and_decides(client, officer, units):
    person = member(units["K1"], education="Trung cấp")
    typed = shown_data(person, education="Đại học", sex="female")
    send(client, address(person, "sua/"), **shown_data(person, education="Cao đẳng", full_name="Nguyễn Thị Ánh Tuyết"))
    html = client.post(address(person, "sua/"), typed).content.decode()
    assert "người khác vừa sửa thông tin" in refusals(html)[0]
    assert "Họ và tên Nguyễn Thị Ánh Tuyết Nguyễn Thị Ánh" in visible(html)
    assert "Trình độ Cao đẳng Đại học" in visible(html)
    assert "Giới tính chưa rõ nữ" in visible(html)
    assert 'name="version" value="2"' in html
    assert 'name="education" value="Đại học"' in html
    assert Member.objects.get().education == "Cao đẳng"
    send(client, address(person, "sua/"), **typed | {"version": 2})
    assert (Member.objects.get().education, Member.objects.get().full_name) == ("Đại học", "Nguyễn Thị Ánh")


def test_the_joining_day_of_somebody_without_any_movement_is_not_edited(client, officer, units):
    """It alone would put the person on a roll; an admission or an arrival must do that."""
    assert 'name="joined_on"' not in page(client, address(member(units["K1"], joined_on=None), "sua/"))


# --- recognition ------------------------------------------------------------------------------------------------------
def test_recognition_is_offered_for_the_day_the_twelve_months_end(client, officer, units):
    person = member(units["K1"], joined_on=date(2025, 3, 1))
    url = address(person, "cong-nhan/")
    html = page(client, url)
    assert 'name="official_on" value="01/03/2026"' in html
    assert 'name="confirmed"' not in html
    send(client, url, official_on="01/03/2026", document="8-QĐ/HU", version=1)
    assert Member.objects.get().official_on == date(2026, 3, 1)
    assert "Công nhận đảng viên chính thức 01/03/2026 · 8-QĐ/HU" in visible(page(client, address(person)))


def test_another_day_is_asked_about_once_and_not_refused(client, officer, units):
    person = member(units["K1"], joined_on=date(2025, 3, 1))
    typed = {"official_on": "10/03/2026", "document": "8-QĐ/HU", "version": 1}
    html = client.post(address(person, "cong-nhan/"), typed).content.decode()
    assert refusals(html) == [
        "12 tháng dự bị hết ngày 01/03/2026. Hãy ghi ngày ấy, hoặc đánh dấu ô bên dưới nếu quyết định ghi khác."
    ]
    assert 'name="confirmed"' in html
    send(client, address(person, "cong-nhan/"), **typed, confirmed="on")
    assert Member.objects.get().official_on == date(2026, 3, 10)


# --- states ---------------------------------------------------------------------------------------------------------
def test_a_state_begins_ends_and_is_taken_back(client, officer, units):
    person = member(units["K1"])
    url = address(person, "trang-thai/")
    send(client, url, kind="away", valid_from="01/03/2025", organization="K2", document="GT 9")
    state = person.states.get()
    assert (state.kind, state.organization, state.valid_until) == ("away", units["K2"], None)
    assert refused(client, url, kind="away", valid_from="01/05/2025") == [
        "Nguyễn Thị Ánh đã có trạng thái “chuyển sinh hoạt tạm thời đi nơi khác” từ ngày 01/03/2025. Hãy kết thúc "
        "trạng thái đó trước."
    ]
    send(client, f"{LIST}trang-thai/{state.public_id}/ket-thuc/", on="01/09/2025")
    ended = person.states.in_force().get()
    assert ended.valid_until == date(2025, 9, 1)
    send(client, f"{LIST}trang-thai/{ended.public_id}/bo/", **{"bo-reason": "Nhầm người"})
    assert list(person.states.in_force()) == []
    assert client.get(f"{LIST}trang-thai/{ended.public_id}/ket-thuc/").status_code == 404


def test_the_last_day_is_what_people_call_the_last_day(client, officer, units):
    person = member(units["K1"])
    url = address(person, "trang-thai/")
    assert refused(client, url, kind="suspended", valid_from="01/03/2025", last_day="01/02/2025") == [
        "Ngày cuối phải từ ngày bắt đầu trở đi. Hãy sửa lại."
    ]
    send(client, url, kind="suspended", valid_from="01/03/2025", last_day="31/05/2025")
    assert person.states.get().valid_until == date(2025, 6, 1)
