"""Addresses of people on their way, the rules and the working calendar."""

from django.urls import path

from pipeline.views import (
    calendar,
    case_page,
    case_people,
    case_revealing,
    case_rows,
    case_steps,
    cases,
    duplicates,
    rules,
)  # fmt: skip

app_name = "pipeline"

FILE = "nguon/<uuid:public_id>/"

urlpatterns = [
    path("nguon/", cases.case_list, name="case-list"),
    path("nguon/in/", cases.case_list_print, name="case-list-print"),
    path("nguon/da-chuyen/", cases.cases_left, name="case-left"),
    path("nguon/bao-trung/", duplicates.report_list, name="duplicate-list"),
    path("nguon/bao-trung/<uuid:public_id>/", duplicates.report_settle, name="duplicate-settle"),
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
    path(f"{FILE}chinh-tri/", case_rows.political_question, name="political-question"),
    path(f"{FILE}giay-to/", case_rows.paper_add, name="paper-add"),
    path(f"{FILE}giay-to/<uuid:row>/", case_rows.paper_change, name="paper-change"),
    path(f"{FILE}y-kien/", case_rows.opinion_add, name="opinion-add"),
    path("quan-tri/bo-quy-dinh/", rules.editions, name="rules"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/", rules.edition, name="edition"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/so-sanh/", rules.comparison, name="edition-comparison"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/ho-so/", rules.affected_cases, name="edition-cases"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/<slug:table>/<slug:name>/", rules.rule, name="rule"),
    path("quan-tri/lich-lam-viec/", calendar.working_calendar, name="calendar"),
]
