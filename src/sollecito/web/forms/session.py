"""The sign-in form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """E-mail address and password; one answer for a wrong one of either."""

    username = forms.EmailField(label=_("E-mail"))
    error_messages = {
        "invalid_login": _(
            "E-mail o password non sono giuste. Controlla le maiuscole; se la password è persa, "
            "il titolare può dartene un’altra in Impostazioni, Utenti."
        ),
        "inactive": _("Questo accesso è chiuso: chiedi al titolare di riaprirlo."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {
            "class": "form-control",
            "autocomplete": "username",
            "autofocus": True,
        }
        self.fields["password"].widget.attrs |= {
            "class": "form-control",
            "autocomplete": "current-password",
        }

    def clean_username(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["username"]).lower()
