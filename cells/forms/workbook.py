"""Forms of this floor."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.xlsx_safety import MAX_FILE_BYTES, MIB


class WorkbookUploadForm(forms.Form):
    """A workbook to import."""

    file = forms.FileField(
        label="Tệp Excel (.xlsx)",
        help_text=f"Tối đa {MAX_FILE_BYTES // MIB} MB. Tiêu đề cột ở dòng 1, dữ liệu từ dòng 2.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
    dry_run = forms.BooleanField(
        label="Chỉ kiểm tra, chưa ghi vào hệ thống",
        help_text="Nên kiểm tra trước: bạn sẽ thấy mọi lỗi và số dòng sẽ tạo mới, sửa, giữ nguyên.",
        required=False,
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(Field("file"), Field("dry_run"), Submit("submit", "Tải lên"))
        return helper

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                f"Tệp lớn {file.size // MIB} MB, quá giới hạn {MAX_FILE_BYTES // MIB} MB. Hãy chia thành nhiều tệp."
            )
        return file
