"""System checks: settings that name roles name ones that there are."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from cells.roles import Role


@register()
def roles_in_settings_exist(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A role with a slip in its name would need no second factor, and nobody would notice."""
    wrong = [name for name in settings.SECOND_FACTOR_ROLES if name not in Role.values]
    if not wrong:
        return []
    return [
        Error(
            f"SECOND_FACTOR_ROLES: không có vai trò {', '.join(wrong)}.",
            hint=f"Các vai trò có thể ghi: {', '.join(Role.values)}.",
            id="cells.E001",
        )
    ]
