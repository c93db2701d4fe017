"""Entering for a cell that has no computer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from cells.behalf import cells_to_serve, serve


@require_POST
def behalf_begin(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """From now on what is entered for the cell is entered on its behalf."""
    cell = get_object_or_404(cells_to_serve(request.user), public_id=public_id)
    serve(request, cell)
    messages.success(request, f"Từ bây giờ bạn nhập thay {cell}.")
    return redirect("cells:organization-detail", cell.public_id)


@require_POST
def behalf_end(request: HttpRequest) -> HttpResponse:
    """Enter in one's own name again."""
    serve(request, None)
    messages.success(request, "Đã thôi nhập thay.")
    return redirect("home")
