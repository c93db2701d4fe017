"""Looking at pages about files."""

from django.test import Client
from django.urls import reverse

from cells.roles import Role
from pipeline.models import Case
from tests import factories, pages


def client_of(place, role: str = Role.CELL_SECRETARY, **more) -> Client:
    """Somebody of *role* at *place*, logged in."""
    person, client = factories.user(), Client()
    factories.appointment(person, place, role, **more)
    client.force_login(person)
    client.person = person
    return client


def address(name: str, case: Case, **more) -> str:
    return reverse(f"pipeline:{name}", kwargs={"public_id": case.public_id} | more)


def text_of(answer) -> str:
    return pages.visible_text(answer.content.decode())


def read(client: Client, url: str) -> str:
    """What the page says; it has to be one of ours."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    pages.check_page(answer)
    return text_of(answer)


def send(client: Client, url: str, **values):
    """Fill in the form at *url* as it comes, with *values*, and send it; follows to where it leads."""
    form = next(form for key in ("form", "correcting") if (form := client.get(url).context.get(key)))
    given = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        if value not in (None, "", False):
            given[name] = value
    given = {name: f"{value:%d/%m/%Y}" if hasattr(value, "year") else value for name, value in given.items()}
    return client.post(url, given | values, follow=True)
