"""Addresses of the rules, the working calendar and the classes."""

from django.urls import path

from pipeline.views import calendar, class_need, class_people, class_results, classes, rules

app_name = "pipeline"

urlpatterns = [
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
