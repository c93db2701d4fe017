"""Addresses of organisations, members, import and one's own background work."""

from django.urls import path

from cells.views import imports, jobs, organizations, search

app_name = "cells"

urlpatterns = [
    path("tim/", search.search, name="search"),
    path("to-chuc/goi-y/", organizations.organization_suggestions, name="organization-suggestions"),
    path("cong-viec/", jobs.JobListView.as_view(), name="job-list"),
    path("cong-viec/<uuid:public_id>/", jobs.JobDetailView.as_view(), name="job-detail"),
    path("cong-viec/<uuid:public_id>/tep/", jobs.job_file, name="job-file"),
    path("nhap-xuat/", imports.workbook, name="workbook"),
    path("nhap-xuat/mau/", imports.workbook_template, name="workbook-template"),
    path("nhap-xuat/vi-du/", imports.workbook_example, name="workbook-example"),
    path("nhap-xuat/<uuid:public_id>/", imports.import_detail, name="import-detail"),
    path("nhap-xuat/<uuid:public_id>/doi-chieu/", imports.import_reading, name="import-reading"),
    path("nhap-xuat/<uuid:public_id>/ten-to-chuc/", imports.import_units, name="import-units"),
    path("nhap-xuat/<uuid:public_id>/dong/", imports.import_rows, name="import-rows"),
    path("nhap-xuat/<uuid:public_id>/loi/", imports.import_faults, name="import-faults"),
    path("nhap-xuat/<uuid:public_id>/tep-danh-dau/", imports.import_marked_file, name="import-marked-file"),
    path("nhap-xuat/<uuid:public_id>/kiem-tra/", imports.import_check, name="import-check"),
    path("nhap-xuat/<uuid:public_id>/ghi/", imports.import_apply, name="import-apply"),
    path("nhap-xuat/<uuid:public_id>/bo/", imports.import_discard, name="import-discard"),
    path("nhap-xuat/<uuid:public_id>/hoan-tac/", imports.import_undo, name="import-undo"),
]
