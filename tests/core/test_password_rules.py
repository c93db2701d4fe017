"""What may not be a password: words of the work, and what many people choose; what may be one stays one."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from core.accounts import activation
from core.accounts.passwords import ContextWordsValidator, common_passwords
from tests import factories
from tests.pages import check_page

pytestmark = pytest.mark.once


def reasons(password: str) -> set[str]:
    try:
        validate_password(password)
    except ValidationError as refused:
        return {each.code for each in refused.error_list}
    return set()


@pytest.mark.parametrize("password", [
    "taonguon2026!!", "Tạo Nguồn 2026", "Đảng viên 1930", "123chibo456789", "ban tổ chức huyện ủy", "Matkhau@123456",
    "M4tKh4u12345", "D4ngV13n@2026", "bithuchibo2026", "đảng cộng sản Việt Nam", "hochiminh1890", "kết nạp đảng viên",
    "huyenuy-minhson", "admin-password-1", "tinhuy tinhuy",
])  # fmt: skip
def test_words_of_the_work_are_refused_whatever_stands_around_them(password):
    assert "password_context" in reasons(password)


@pytest.mark.parametrize("password", [
    "anhyeuem2000!", "Anh Yêu Em Mãi Mãi", "anhyeuemanhyeuem", "1qaz2wsx3edc", "qwertyuiop12", "q1w2e3r4t5y6u7",
    "vìetnamvodich1", "nguyenvana1990", "1234abcd5678", "aaaaaaaaaaaa", "a1a1a1a1a1a1a1", "a b a b a b a b",
    "iloveyou2026!", "gia đình hạnh phúc", "password123456", "zxcvbnm,./123",
])  # fmt: skip
def test_what_many_people_choose_is_refused_also_with_digits(password):
    assert reasons(password)
    assert reasons(password) & {"password_common_vietnamese", "password_context"}


@pytest.mark.parametrize("password", [
    "sông Lô mùa nước đổ", "suối Lê Nin trong vắt", "con đò qua bến sông", "mùa gặt trên đồi cao",
    "trời đang mưa trên núi", "phường xóm nhỏ hoa cau", "tối nay ăn bún riêu", "lam-ven-soi-4827",
    "chi bộ nấu canh cua đồng", "Xk7#pQ2v!mRz", "rau muống luộc chấm tương", "9 con vịt trời bay",
])  # fmt: skip
def test_a_few_words_of_ones_own_are_a_password(password):
    assert reasons(password) == set()


def test_the_list_is_long_and_written_as_it_is_compared():
    found = common_passwords()
    assert len(found) >= 300
    assert all(each.isascii() and each.islower() and each.isalnum() for each in found)


def test_an_installation_adds_words_of_its_own_however_they_are_written():
    validator = ContextWordsValidator(["Minh Sơn"])
    with pytest.raises(ValidationError):
        validator.validate("minhson-20262026")
    validator.validate("con đò qua bến sông")
    ContextWordsValidator([]).validate("minhson-20262026")


def test_a_very_long_password_is_judged_at_once():
    assert reasons("quả bầu " * 2000) == set()
    assert "password_common_vietnamese" in reasons("anhyeuem" * 2000)


def test_the_reason_stands_on_the_page_and_says_what_to_do(db):
    client = Client()
    client.force_login(factories.user("anh.nt", password="sông Lô mùa nước đổ"))
    sent = {"old_password": "sông Lô mùa nước đổ", "new_password1": "matkhau123456", "new_password2": "matkhau123456"}
    answer = client.post("/doi-mat-khau/", sent)
    check_page(answer)
    html = answer.content.decode()
    assert "Hãy ghép vài từ không liên quan đến công việc" in html
    assert "nhiều người dùng nên dễ bị đoán" in html


def test_codes_on_activation_sheets_still_let_their_owners_in(db):
    person = factories.user("anh.nt")
    for _ in range(20):
        client = Client()
        client.post("/dang-nhap/", {"username": "anh.nt", "password": activation.issue(person)})
        assert client.get("/").url == "/doi-mat-khau/"
