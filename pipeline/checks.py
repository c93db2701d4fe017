"""A system check: rule files that cannot be used stop the start, with file, key and remedy."""

from django.core.checks import CheckMessage, Error, register

from pipeline.rulebook.loading import load
from pipeline.rulebook.schema import RulebookError


@register("rulebook")
def rule_files_can_be_used(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    try:
        load()
    except RulebookError as error:
        return [Error(f"Bộ quy định không dùng được. {error}", id="pipeline.E001")]
    return []
