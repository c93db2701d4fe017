"""Addresses of organisations, members, import and one's own background work."""

from django.urls import path

from cells.views import arranging, imports, jobs, member_page, members, organizations, probationers, recording, search

app_name = "cells"

urlpatterns = [
    path("tim/", search.search, name="search"),
    path("to-chuc/goi-y/", organizations.organization_suggestions, name="organization-suggestions"),
    path("to-chuc/<uuid:public_id>/", organizations.organization_detail, name="organization-detail"),
    path("to-chuc/<uuid:public_id>/lap/", arranging.organization_found, name="organization-found"),
    path("to-chuc/<uuid:public_id>/sua/", arranging.organization_change, name="organization-change"),
    path("to-chuc/<uuid:public_id>/chuyen/", arranging.organization_move, name="organization-move"),
    path("to-chuc/<uuid:public_id>/sap-nhap/", arranging.organization_merge, name="organization-merge"),
    path("to-chuc/<uuid:public_id>/giai-the/", arranging.organization_dissolve, name="organization-dissolve"),
    path("to-chuc/<uuid:public_id>/thay-doi/<uuid:batch>/bo/", arranging.organization_undo, name="organization-undo"),
    path("dang-vien/", members.member_list, name="member-list"),
    path("dang-vien/in/", members.member_print, name="member-print"),
    path("dang-vien/excel/", members.member_export, name="member-export"),
    path("dang-vien/du-bi/", probationers.probationer_list, name="probationer-list"),
    path("dang-vien/du-bi/excel/", probationers.probationer_export, name="probationer-export"),
    path("dang-vien/them/<slug:how>/", recording.member_new, name="member-new"),
    path("dang-vien/phieu-chuyen/<uuid:public_id>/", member_page.transfer_receipt, name="transfer-receipt"),
    path("dang-vien/bien-dong/<uuid:public_id>/dinh-chinh/", recording.movement_correct, name="movement-correct"),
    path("dang-vien/trang-thai/<uuid:public_id>/ket-thuc/", recording.state_end, name="state-end"),
    path("dang-vien/trang-thai/<uuid:public_id>/bo/", recording.state_reverse, name="state-reverse"),
    path("dang-vien/<uuid:public_id>/", member_page.member_detail, name="member-detail"),
    path("dang-vien/<uuid:public_id>/sua/", recording.member_edit, name="member-edit"),
    path("dang-vien/<uuid:public_id>/cong-nhan/", recording.member_recognise, name="member-recognise"),
    path("dang-vien/<uuid:public_id>/chuyen/", recording.member_transfer, name="member-transfer"),
    path("dang-vien/<uuid:public_id>/bien-dong/<slug:what>/", recording.member_move, name="member-move"),
    path("dang-vien/<uuid:public_id>/trang-thai/", recording.member_state, name="member-state"),
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
