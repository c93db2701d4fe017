"""Addresses of people on their way, classes, the rules and the working calendar."""

from django.urls import path

from pipeline.views import (
    calendar,
    case_page,
    case_people,
    case_revealing,
    case_rows,
    case_steps,
    cases,
    class_need,
    class_people,
    class_results,
    classes,
    duplicates,
    rules,
)  # fmt: skip

app_name = "pipeline"

FILE = "nguon/<uuid:public_id>/"

urlpatterns = [
    path("nguon/bao-trung/", duplicates.duplicate_list, name="duplicate-list"),
    path("nguon/bao-trung/<uuid:public_id>/", duplicates.duplicate_detail, name="duplicate-detail"),
    path("nguon/", cases.case_list, name="case-list"),
    path("nguon/in/", cases.case_list_print, name="case-list-print"),
    path("nguon/moi/", case_people.case_new, name="case-new"),
    path(FILE, case_page.case_detail, name="case-detail"),
    path(f"{FILE}in/", case_page.case_sheet, name="case-sheet"),
    path(f"{FILE}mo-che/", case_revealing.case_reveal, name="case-reveal"),
    path(f"{FILE}sua/", case_people.case_edit, name="case-edit"),
    path(f"{FILE}buoc/<slug:step>/", case_steps.case_step, name="case-step"),
    path(f"{FILE}su-viec/<uuid:row>/", case_steps.event_correct, name="event-correct"),
    path(f"{FILE}giup-do/<uuid:row>/thoi/", case_rows.helper_end, name="helper-end"),
    path(f"{FILE}giup-do/<uuid:row>/nhan-xet/", case_rows.helper_remark, name="helper-remark"),
    path(f"{FILE}nhiem-vu/<uuid:row>/", case_rows.task_finish, name="task-finish"),
    path(f"{FILE}nguoi-than/", case_rows.relative_declare, name="relative-declare"),
    path(f"{FILE}tham-tra/", case_rows.inquiries_plan, name="inquiries-plan"),
    path(f"{FILE}tham-tra/them/", case_rows.inquiry_add, name="inquiry-add"),
    path(f"{FILE}tham-tra/<uuid:row>/<slug:what>/", case_rows.inquiry_record, name="inquiry-record"),
    path(f"{FILE}giay-to/", case_rows.paper_add, name="paper-add"),
    path(f"{FILE}giay-to/<uuid:row>/", case_rows.paper_change, name="paper-change"),
    path(f"{FILE}y-kien/", case_rows.opinion_add, name="opinion-add"),
    path("quan-tri/bo-quy-dinh/", rules.editions, name="rules"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/", rules.edition, name="edition"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/so-sanh/", rules.comparison, name="edition-comparison"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/ho-so/", rules.affected_cases, name="edition-cases"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/<slug:table>/<slug:name>/", rules.rule, name="rule"),
    path("quan-tri/lich-lam-viec/", calendar.working_calendar, name="calendar"),
    path("lop/", classes.class_list, name="class-list"),
    path("lop/them/", classes.class_new, name="class-new"),
    path("lop/can-hoc/", class_need.class_need, name="class-need"),
    path("lop/da-hoc/", class_need.class_done, name="class-done"),
    path("lop/<uuid:public_id>/", classes.class_detail, name="class-detail"),
    path("lop/<uuid:public_id>/sua/", classes.class_edit, name="class-edit"),
    path("lop/<uuid:public_id>/tinh-trang/", classes.class_state, name="class-state"),
    path("lop/<uuid:public_id>/in/", classes.class_print, name="class-print"),
    path("lop/<uuid:public_id>/tep/", classes.class_export, name="class-export"),
    path("lop/<uuid:public_id>/de-nghi/", class_people.class_propose, name="class-propose"),
    path("lop/<uuid:public_id>/nhan/", class_people.class_accept, name="class-accept"),
    path("lop/<uuid:public_id>/ket-qua/", class_results.class_results, name="class-results"),
    path("lop/<uuid:public_id>/cap-giay/", class_results.class_certificates, name="class-certificates"),
    path("lop/<uuid:public_id>/vao-ho-so/", class_results.class_enter, name="class-enter"),
    path("lop/hoc-vien/<uuid:public_id>/rut/", class_people.enrolment_withdraw, name="enrolment-withdraw"),
    path("lop/hoc-vien/<uuid:public_id>/dinh-chinh/", class_results.enrolment_correct, name="enrolment-correct"),
]
