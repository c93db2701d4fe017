"""What came out of a report that somebody is on file twice."""

from django import forms

from cells.forms.recording import RecordForm


class SettleForm(RecordForm):
    answer = forms.CharField(
        label="Kết quả kiểm tra", max_length=255, help_text="Ví dụ: hai người khác nhau, chỉ trùng tên và ngày sinh; "
        "hoặc: cùng một người, đã thôi hồ sơ ở chi bộ cũ.",
    )  # fmt: skip
    submit = "Ghi kết quả"
