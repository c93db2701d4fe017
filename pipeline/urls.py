"""Addresses of files, the rules and the working calendar."""

from django.urls import path

from pipeline.views import calendar, duplicates, rules

app_name = "pipeline"

urlpatterns = [
    path("nguon/bao-trung/", duplicates.duplicate_list, name="duplicate-list"),
    path("nguon/bao-trung/<uuid:public_id>/", duplicates.duplicate_detail, name="duplicate-detail"),
    path("quan-tri/bo-quy-dinh/", rules.editions, name="rules"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/", rules.edition, name="edition"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/so-sanh/", rules.comparison, name="edition-comparison"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/ho-so/", rules.affected_cases, name="edition-cases"),
    path("quan-tri/bo-quy-dinh/<slug:edition>/<slug:table>/<slug:name>/", rules.rule, name="rule"),
    path("quan-tri/lich-lam-viec/", calendar.working_calendar, name="calendar"),
]
