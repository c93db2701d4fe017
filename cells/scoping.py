"""The one door to data: `Model.objects.visible_to(user)`.

A model says by `scope_path` how its rows reach the path of their organisation; one whose rows belong to none knows
only the reaches ALL and TOP. By `file_path` it says how they reach the person whose file they belong to ("" for the
person's own row), by `centre_path` the training centre whose class they belong to. Everything a person lists, counts,
searches, exports or prints starts from here; a row outside is not found.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import F, Func, Q

from cells.roles import Action, Reach, reach_of
from core import dates
from core.fields import prefix_upper_bound


@dataclass(frozen=True)
class Grant:
    """One active appointment, as far as access needs it."""

    role: str
    path: str
    beside: int | None = None
    """Key of the association for which it is held; its place is then the organisation beside which that stands."""

    @property
    def is_at_top(self) -> bool:
        """Whether nobody stands above the place of the appointment."""
        return self.path.count("/") == 1

    def reach(self, action: str, model: str) -> Reach | None:
        """How far it grants *action* on *model*; None when not at all."""
        reach = reach_of(self.role, action, model)
        return None if reach is Reach.TOP and not self.is_at_top else reach


def active_grants(user: Any, on: date) -> tuple[Grant, ...]:
    """The appointments *user* holds on day *on*. Read once per request: the user object keeps them."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    known: dict[date, tuple[Grant, ...]] = user.__dict__.setdefault("_grants_by_day", {})
    if on not in known:
        rows = (
            apps.get_model("cells", "Appointment").objects.in_force().on(on).filter(user=user)
            .values_list("role", "organization__path", "association__organization__path", "association").order_by("id")
        )  # fmt: skip
        known[on] = tuple(Grant(role, own or place or "", beside) for role, own, place, beside in rows)
    return known[on]


def roles_of(user: Any) -> set[str]:
    """The roles *user* holds today."""
    return {grant.role for grant in active_grants(user, dates.today())}


def may(user: Any, action: str, model: str, on: date | None = None) -> bool:
    """Whether any appointment of *user* grants *action* on some rows of *model*; for menus and buttons."""
    return any(grant.reach(action, model) for grant in active_grants(user, on or dates.today()))


def reaches(user: Any, action: str, model: str, organization: Any, on: date | None = None) -> bool:
    """Whether *user* may do *action* with the rows of *model* at *organization*: what `visible_to` says, asked of one
    row at hand without a question to the database. For buttons and links; what is opened asks `visible_to`."""
    return any(
        covers(grant, grant.reach(action, model), organization) for grant in active_grants(user, on or dates.today())
    )


def covers(grant: Grant, reach: Reach | None, organization: Any) -> bool:
    """Whether *organization* lies within *reach* of the place of *grant*."""
    path = organization.path
    match reach:
        case Reach.SUBTREE | Reach.MANDATE if grant.path:
            return path.startswith(grant.path)
        case Reach.BELOW if grant.path:
            return path.startswith(grant.path) and path != grant.path
        case Reach.OWN if grant.path:
            return path == grant.path or (path.startswith(grant.path) and organization.closed_on is not None)
        case Reach.LINE if grant.path:
            return path.startswith(grant.path) or grant.path.startswith(path)
    return False


def all_kept_files(user: Any) -> dict[str, frozenset[UUID]]:
    """By model (`cells.member`): the files from which a declared family tie keeps *user*. Read once per request."""
    known: dict[str, frozenset[UUID]] | None = user.__dict__.get("_kept_files")
    if known is None:
        rows = apps.get_model("cells", "DeclaredConflict").objects.in_force().filter(user=user)
        found: dict[str, set[UUID]] = {}
        for kind, file in rows.values_list("model", "file"):
            found.setdefault(kind, set()).add(file)
        known = user.__dict__["_kept_files"] = {kind: frozenset(files) for kind, files in found.items()}
    return known


def file_model(model: type[models.Model]) -> type[models.Model]:
    """Whose file rows of *model* belong to, by its `file_path`."""
    for name in filter(None, model.file_path.split("__")):
        model = model._meta.get_field(name).related_model
    return model


class _NotByIndex(Func):
    """A column that SQLite must not begin with; nothing on PostgreSQL, which knows how many rows to expect."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def path_within(field: str, path: str) -> Q:
    """Rows whose *field* is *path* or below it. A range, not `startswith`: SQLite would scan for that."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": prefix_upper_bound(path)})


def path_above(field: str, path: str) -> Q:
    """Rows whose *field* is the path of one of those above *path*."""
    ends = [place for place, sign in enumerate(path[:-1], 1) if sign == "/"]
    return Q(**{f"{field}__in": [path[:end] for end in ends]})


def reaches_within(field: str, path: str, reach: Reach) -> Q:
    """Rows whose organisation, with its path in *field*, lies within *reach* of the place at *path*."""
    match reach:
        case Reach.SUBTREE | Reach.MANDATE:
            return path_within(field, path)
        case Reach.BELOW:
            return path_within(field, path) & ~Q(**{field: path})
        case Reach.OWN:
            # The unit itself and what has been closed into it.
            closed = field.removesuffix("path") + "closed_on__isnull"
            return Q(**{field: path}) | (path_within(field, path) & Q(**{closed: False}))
        case Reach.LINE:
            return path_within(field, path) | path_above(field, path)
    raise NotImplementedError(f"no rows of reach {reach.name} are told by {field}")


class ScopedQuerySet(models.QuerySet):
    """Base of every queryset whose rows belong to an organisation."""

    def visible_to(self, user: Any, action: str = Action.VIEW, on: date | None = None, of: str = ""):
        """Rows on which an active appointment of *user* grants *action*; nothing where there is none.

        With *of*, asked of organisations: those whose rows of that model (`cells.member`) are granted.
        """
        condition = Q()
        for grant in active_grants(user, on or dates.today()):
            reach = grant.reach(action, of or self.model._meta.label_lower)
            if reach and grant.path:
                condition |= self._within(grant, reach)
        if not condition:
            return self.none()
        return self.filter(condition).exclude(self._kept_from(user))

    def _kept_from(self, user: Any) -> Q:
        """Rows of the files of persons whom *user* has declared as relatives."""
        file = getattr(self.model, "file_path", None)
        if file is None:
            return Q(pk__in=[])
        kept = all_kept_files(user).get(file_model(self.model)._meta.label_lower, frozenset())
        return Q(**{f"{file}__public_id__in" if file else "public_id__in": kept})

    def walked(self, places: models.QuerySet):
        """Rows of the organisations *places*, which come from `visible_to(…, of=…)`: for a list far longer than a page.

        The database follows the order of the list until the page is full, instead of gathering the rows organisation
        by organisation and sorting them all: right where most rows are wanted, wrong for a few.
        """
        return self.alias(_place=_NotByIndex(F(self.model.scope_path.removesuffix("__path")))).filter(_place__in=places)

    def _within(self, grant: Grant, reach: Reach) -> Q:
        if reach in (Reach.ALL, Reach.TOP):
            return Q(pk__isnull=False)
        if reach is Reach.CLASS:
            centre = getattr(self.model, "centre_path", "")
            return Q(**{centre: grant.beside}) if centre and grant.beside else Q(pk__in=[])
        return reaches_within(self.model.scope_path, grant.path, reach)
