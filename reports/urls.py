"""Addresses of targets, rates and reports."""

from django.urls import path

from reports.views import declared, overview, policy, reports, steps, targets

app_name = "reports"

urlpatterns = [
    path("tong-quan/", overview.overview, name="overview"),
    path("tong-quan/cac-buoc/", steps.steps, name="steps"),
    path("tong-quan/<uuid:public_id>/cac-buoc/", steps.steps, name="steps-of"),
    path("tong-quan/<uuid:public_id>/", overview.overview, name="overview-of"),
    path("tong-quan/<uuid:public_id>/nguoi/<slug:what>/", overview.people, name="people"),
    path(
        "tong-quan/<uuid:public_id>/chi-bo-chua-ket-nap/",
        overview.cells_without_admission,
        name="cells-without-admission",
    ),
    path("ke-hoach/", targets.targets, name="targets"),
    path("ke-hoach/<uuid:public_id>/", targets.targets_of, name="targets-of"),
    path("ke-hoach/cach-tinh/", policy.policy, name="policy"),
    path("ke-hoach/<uuid:public_id>/so-lieu-nam/", declared.declared, name="declared"),
    path("ke-hoach/<uuid:public_id>/in/", targets.targets_print, name="targets-print"),
    path("ke-hoach/<uuid:public_id>/excel/", targets.targets_file, name="targets-file"),
    path("bao-cao/", reports.report_list, name="report-list"),
    path("bao-cao/<uuid:public_id>/", reports.report_detail, name="report-detail"),
    path("bao-cao/<uuid:public_id>/<int:number>/", reports.report_file, name="report-file"),
    path("bao-cao/<uuid:public_id>/<int:number>/xoa/", reports.delete_revision, name="revision-delete"),
]
