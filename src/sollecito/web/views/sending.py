"""Impostazioni › Fermare gli invii."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required


@member_required
def sending(request: CompanyRequest) -> HttpResponse:
    """The page of the two switches."""
    return render(request, "web/settings/sending.html")
