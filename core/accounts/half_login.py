"""Between the password and the code: the session knows who is on the way in, and nobody is logged in yet."""

from datetime import timedelta

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from core.models import User

KEY = "half_login"
LASTS = timedelta(minutes=5)


def begin(request: HttpRequest, user: User, target: str) -> None:
    """Remember that *user* gave the right password, and where to go in the end."""
    request.session.cycle_key()
    request.session[KEY] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "backend": user.backend,
        "since": timezone.now().timestamp(),
        "target": target,
    }


def user_of(request: HttpRequest) -> User | None:
    """Who is on the way in; nobody once it took too long, the account was locked or the password replaced."""
    known = request.session.get(KEY)
    if known is None or timezone.now().timestamp() - known["since"] >= LASTS.total_seconds():
        return None
    user = User.objects.filter(pk=known["user"], is_active=True).first()
    if user is None or not constant_time_compare(known["password"], user.get_session_auth_hash()):
        return None
    return user


def finish(request: HttpRequest, user: User) -> str:
    """Log *user* in; returns where to go."""
    known = request.session.pop(KEY)
    login(request, user, backend=known["backend"])
    return known["target"]
