"""Addresses of organisations, members, import and one's own background work."""

from django.urls import path

from cells.views import jobs, organizations, search, workbook

app_name = "cells"

urlpatterns = [
    path("tim/", search.search, name="search"),
    path("to-chuc/goi-y/", organizations.organization_suggestions, name="organization-suggestions"),
    path("cong-viec/", jobs.JobListView.as_view(), name="job-list"),
    path("cong-viec/<uuid:public_id>/", jobs.JobDetailView.as_view(), name="job-detail"),
    path("cong-viec/<uuid:public_id>/tep/", jobs.job_file, name="job-file"),
    path("nhap-xuat/", workbook.workbook, name="workbook"),
    path("nhap-xuat/mau/", workbook.workbook_template, name="workbook-template"),
    path("nhap-xuat/<uuid:result_id>/", workbook.import_result, name="import-result"),
]
