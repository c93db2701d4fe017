"""People in lists: a name with its year of birth, and the way to the person's page for whoever may open it."""

from typing import Any

from django import template

from cells.kinds import StateKind
from cells.models import Member, MemberState
from cells.roles import Action
from cells.scoping import reaches

register = template.Library()

STATE_TONES = {StateKind.AWAY: "info", StateKind.HERE: "info", StateKind.SUSPENDED: "late"}


@register.inclusion_tag("cells/_person.html", takes_context=True)
def person(context: Any, member: Member) -> dict[str, Any]:
    """*member*, whose `organization` is at hand: no question to the database, however long the list."""
    # Not context["request"]: the tag also stands in parts that are included with "only".
    user = getattr(getattr(context, "request", None), "user", None)
    opens = user is not None and reaches(user, Action.VIEW, "cells.member", member.organization)
    return {"member": member, "opens": opens}


@register.inclusion_tag("_components/status_chip.html")
def state_chip(state: MemberState) -> dict[str, str]:
    """A state that changes who counts at a vote."""
    return {"tone": STATE_TONES.get(StateKind(state.kind), "mute"), "text": state.short}
