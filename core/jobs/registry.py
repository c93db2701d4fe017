"""Which kinds of work there are. Upper floors register theirs from `AppConfig.ready()`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from core.jobs.runs import JobRun

Handler = Callable[["JobRun"], Mapping[str, Any] | None]


@dataclass(frozen=True)
class JobKind:
    """One kind of work: `name` as `app.work`, `title` as the jobs page shows it (Vietnamese)."""

    name: str
    handler: Handler
    title: str = ""


@dataclass(frozen=True)
class NightlyJob:
    """Work that is queued every night."""

    kind: str
    key: str
    params: Mapping[str, Any]


_kinds: dict[str, JobKind] = {}
_nightly: dict[tuple[str, str], NightlyJob] = {}


def register(name: str, handler: Handler, *, title: str = "") -> None:
    """Make *handler* the one that does jobs of kind *name*. Registering the same handler again changes nothing."""
    known = _kinds.setdefault(name, JobKind(name, handler, title))
    if known.handler is not handler:
        raise ImproperlyConfigured(f"Job kind {name!r} is registered twice: {known.handler!r} and {handler!r}")


def job_kind(name: str, *, title: str = "") -> Callable[[Handler], Handler]:
    """Decorator form of :func:`register`."""

    def decorate(handler: Handler) -> Handler:
        register(name, handler, title=title)
        return handler

    return decorate


def get(name: str) -> JobKind:
    """The kind called *name*; LookupError when no installed app registered it."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"No job kind {name!r}; its app registers it in AppConfig.ready()") from None


def nightly(kind: str, *, key: str = "nightly", params: Mapping[str, Any] | None = None) -> None:
    """Queue a job of *kind* every night (at 01:30, or at the next start after it was missed)."""
    _nightly[kind, key] = NightlyJob(kind, key, params or {})


def nightly_jobs() -> Iterator[NightlyJob]:
    return iter(_nightly.values())
