"""What came of looking into a person who seems to be on file twice."""

from django import forms

from cells.forms.recording import RecordForm


class SettleForm(RecordForm):
    answer = forms.CharField(
        label="Kết quả kiểm tra", max_length=255,
        help_text="Ví dụ: hai người khác nhau; hoặc cùng một người, chi bộ Đông giữ hồ sơ, chi bộ Tây rút tên.",
    )  # fmt: skip
    submit = "Ghi kết quả"
