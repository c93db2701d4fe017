"""Django's admin over our tables, to be measured against: whoever is signed in sees everything."""

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest

from cells.models import Member, Movement, Organization
from reports.models import Report


class OpenSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated


class OpenAdmin(ModelAdmin):
    list_per_page = 50

    def has_view_permission(self, request, obj=None):
        return True

    def has_module_permission(self, request):
        return True

    has_add_permission = has_change_permission = has_delete_permission = lambda *args, **kwargs: False


class MemberAdmin(OpenAdmin):
    list_display = ("full_name", "born_on", "organization", "joined_on", "official_on")
    list_filter = ("on_roll",)
    list_select_related = ("organization",)
    search_fields = ("full_name", "code")


class MovementAdmin(OpenAdmin):
    list_display = ("member", "organization", "kind", "effective_on", "document")
    list_filter = ("kind",)
    list_select_related = ("member", "organization")
    ordering = ("member__name_key",)


class OrganizationAdmin(OpenAdmin):
    list_per_page = 100
    list_display = ("name", "code", "kind", "parent", "closed_on")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name", "code")


class ReportAdmin(OpenAdmin):
    list_display = ("organization", "kind", "first_day", "last_day")
    list_select_related = ("organization",)


site = OpenSite(name="admin")
site.register(Member, MemberAdmin)
site.register(Movement, MovementAdmin)
site.register(Organization, OrganizationAdmin)
site.register(Report, ReportAdmin)
