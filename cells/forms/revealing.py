"""Why somebody wants to see what is masked."""

from django import forms

from cells.forms.recording import RecordForm

LEAST = 10
"""Signs of a reason: enough for a few words, so that the trail tells something."""


class RevealForm(RecordForm):
    reason = forms.CharField(
        label="Lý do cần xem", min_length=LEAST, max_length=255, help_text="Ví dụ: lập mẫu 2 cho báo cáo năm. Lý do "
        "được ghi vào nhật ký cùng tên bạn.", error_messages={"min_length": "Hãy ghi rõ hơn: xem để làm việc gì."},
    )  # fmt: skip
    submit = "Xem"
