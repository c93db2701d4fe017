"""Organisations, members and who may see them."""

from django.apps import AppConfig


class CellsConfig(AppConfig):
    name = "cells"
    verbose_name = "Tổ chức và đảng viên"

    def ready(self) -> None:
        import cells.jobs
        import cells.workbook.sheets  # noqa: F401 - registers job kinds, and the sheets of the workbook
        from cells import checks, navigation  # noqa: F401 - checks of the settings
        from cells.duties import register_duties
        from cells.navigation import Entry, Section
        from cells.roll_duties import duties as roll_duties
        from cells.scoping import roles_of
        from cells.workbook.duties import duties as workbook_duties
        from core.accounts import second_factor

        second_factor.register_roles(roles_of)
        register_duties(roll_duties)
        register_duties(workbook_duties)
        navigation.register(
            Entry("Tổ chức", "cells:organization-list", Section.WORK, 20, right=("view", "cells.organization")),
            Entry("Đảng viên", "cells:member-list", Section.WORK, 30, right=("view", "cells.member")),
            Entry("Nhập, xuất Excel", "cells:workbook", Section.OTHER, 10, right=("import", "cells.organization")),
            Entry("Sổ xuất dữ liệu", "cells:export-list", Section.OTHER, 32, right=("view", "core.exportentry")),
            Entry("Người dùng", "cells:user-list", Section.OTHER, 25, right=("appoint", "cells.appointment")),
            Entry("Nhật ký", "cells:trail", Section.OTHER, 30, right=("audit", "core.auditevent")),
            Entry("An toàn dữ liệu", "cells:safeguards", Section.OTHER, 35, right=("audit", "core.auditevent")),
            Entry("Công việc nền", "cells:job-list", Section.OTHER, 20),
            Entry("Ai được làm gì", "cells:access-help", Section.OTHER, 80),
            Entry("Tài khoản của tôi", "cells:account", Section.OTHER, 90),
        )
