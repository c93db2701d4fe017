"""Addresses of targets, rates and reports."""

from django.urls import path

from reports.views import overview, reports

app_name = "reports"

urlpatterns = [
    path("tong-quan/", overview.overview, name="overview"),
    path("tong-quan/<uuid:public_id>/", overview.overview, name="overview-of"),
    path("tong-quan/<uuid:public_id>/nguoi/<slug:what>/", overview.people, name="people"),
    path(
        "tong-quan/<uuid:public_id>/chi-bo-chua-ket-nap/",
        overview.cells_without_admission,
        name="cells-without-admission",
    ),
    path("bao-cao/", reports.report_list, name="report-list"),
    path("bao-cao/<uuid:public_id>/", reports.report_detail, name="report-detail"),
    path("bao-cao/<uuid:public_id>/<int:number>/", reports.report_file, name="report-file"),
    path("bao-cao/<uuid:public_id>/<int:number>/xoa/", reports.delete_revision, name="revision-delete"),
]
