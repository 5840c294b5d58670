"""The company: the first-run page and its settings. What is right is decided by the flows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.accounts.models import Company
from sollecito.web.forms.controls import DayField, MoneyField, check_box, select, text_input

ADDRESS = ("street", "postcode", "city", "province")


def text_field(label: Any, length: int, **options: Any) -> forms.CharField:
    """A line of text that may stay empty."""
    attributes = options.pop("attributes", {})
    return forms.CharField(
        label=label,
        max_length=length,
        required=False,
        widget=text_input(**attributes),
        **options,
    )


def password_field(label: Any, **options: Any) -> forms.CharField:
    """A password nobody sees again."""
    attributes = {"class": "form-control", "autocomplete": "new-password"}
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs=attributes),
        **options,
    )


def own_password_field() -> forms.CharField:
    """The password of who is writing, asked again."""
    field = password_field(
        _("La tua password"),
        help_text=_("Quella con cui entri: si chiede di nuovo perché nessun altro cambi questo."),
    )
    field.widget.attrs["autocomplete"] = "current-password"
    return field


class PersonForm(forms.Form):
    """Who enters first."""

    user_name = text_field(_("Nome e cognome"), 100, attributes={"autocomplete": "name"})
    user_email = text_field(
        _("E-mail con cui entri"), 254, attributes={"autocomplete": "username", "type": "email"}
    )
    password = password_field(
        _("Password"), help_text=_("Almeno 8 caratteri. Una frase va benissimo.")
    )


class NewCompanyForm(forms.Form):
    """The creditor, as its invoices name it."""

    name = text_field(_("Ragione sociale"), 200, attributes={"autocomplete": "organization"})
    vat_number = text_field(
        _("Partita IVA"),
        20,
        help_text=_("Le fatture con questa partita IVA come emittente sono le tue."),
        attributes={"inputmode": "numeric"},
    )
    email = text_field(
        _("E-mail dell’amministrazione"),
        254,
        help_text=_("Le risposte dei clienti arrivano qui."),
        attributes={"type": "email"},
    )
    phone = text_field(_("Telefono"), 40, attributes={"type": "tel"})
    iban = text_field(
        _("IBAN su cui farti pagare"),
        42,
        help_text=_("Si usa quando la fattura non ne indica uno."),
    )
    bank = text_field(_("Banca"), 100)


class CompanyForm(forms.Form):
    """Impostazioni › Azienda."""

    name = text_field(_("Ragione sociale"), 200)
    short_name = text_field(_("Nome breve"), 20, help_text=_("Per gli SMS e dove c’è poco spazio."))
    vat_number = text_field(_("Partita IVA"), 20)
    tax_code = text_field(
        _("Codice fiscale"), 20, help_text=_("Solo se diverso dalla partita IVA.")
    )
    street = text_field(_("Indirizzo"), 200)
    postcode = text_field(_("CAP"), 10)
    city = text_field(_("Comune"), 100)
    province = text_field(_("Provincia"), 10)
    country = text_field(_("Nazione"), 2)
    email = text_field(_("E-mail dell’amministrazione"), 254, attributes={"type": "email"})
    pec = text_field(_("PEC"), 254, attributes={"type": "email"})
    phone = text_field(_("Telefono"), 40, attributes={"type": "tel"})
    contact_name = text_field(_("Chi firma i solleciti"), 100)
    contact_role = text_field(_("Ruolo di chi firma"), 100)
    representative = text_field(_("Chi firma gli atti formali"), 200)


class RulesForm(forms.Form):
    """Impostazioni › Invii e scadenze."""

    window_start = forms.TimeField(label=_("Invii automatici dalle"))
    window_end = forms.TimeField(label=_("alle"))
    patron_day = text_field(
        _("Santo patrono"), 10, help_text=_("Giorno e mese, per esempio 25/07: non si scrive.")
    )
    plan_time = forms.TimeField(
        label=_("Controllo di ogni giorno alle"),
        help_text=_("A quest’ora si decide che cosa sollecitare."),
    )
    agents_weekday = forms.TypedChoiceField(
        label=_("Elenco agli agenti ogni"),
        help_text=_("A chi lo riceve, in Impostazioni › Agenti."),
        choices=[
            (0, _("lunedì")),
            (1, _("martedì")),
            (2, _("mercoledì")),
            (3, _("giovedì")),
            (4, _("venerdì")),
        ],
        coerce=int,
        widget=select(),
    )
    quiet_august = forms.BooleanField(
        label=_("Pausa d’agosto, dall’8 al 24"), required=False, widget=check_box()
    )
    quiet_christmas = forms.BooleanField(
        label=_("Pausa di Natale, dal 23 dicembre al 6 gennaio"),
        required=False,
        widget=check_box(),
        help_text=_("Quello che sarebbe partito si distribuisce nei giorni dopo."),
    )
    customer_day_cap = forms.IntegerField(
        label=_("Comunicazioni al giorno per cliente"),
        help_text=_("0: nessun limite."),
        min_value=0,
        max_value=100,
    )
    company_day_cap = forms.IntegerField(
        label=_("Comunicazioni al giorno in tutto"),
        help_text=_("0: nessun limite."),
        min_value=0,
        max_value=1000000,
    )
    reader_gap_days = forms.IntegerField(
        label=_("Giorni tra due solleciti allo stesso indirizzo"),
        help_text=_("Quando parlano di rate diverse. 0: nessuna attesa."),
        min_value=0,
        max_value=90,
    )
    fresh_takings_days = forms.IntegerField(
        label=_("Incassi aggiornati da non più di"),
        help_text=_("Giorni lavorativi; oltre, niente parte senza che una persona lo approvi."),
        min_value=0,
        max_value=365,
    )
    allowance_limit = MoneyField(
        label=_("Abbuono senza approvazione fino a"),
        help_text=_(
            "Fino a questo importo una rata si chiude con un abbuono senza motivo né approvazione; "
            "0 li chiede sempre."
        ),
        required=False,
    )
    auto_match = forms.ChoiceField(
        label=_("Movimenti della banca abbinati da soli"),
        help_text=_("Solo dove non ci si può sbagliare; gli altri restano proposte in Banca."),
        choices=[
            ("all", _("Tutti quelli certi")),
            ("document", _("Solo se la causale nomina il documento")),
            ("none", _("Nessuno: conferma sempre una persona")),
        ],
        required=False,
        widget=select(),
    )
    bank_fee_limit = MoneyField(
        label=_("Spese bancarie tollerate"),
        help_text=_("Se un bonifico arriva con meno, fino a questo importo si chiude come spese."),
        required=False,
    )
    holds_when_we_owe = forms.BooleanField(
        label=_("Chi è anche nostro fornitore non riceve solleciti automatici"),
        help_text=_("Finché gli dobbiamo qualcosa, scritto sulla sua scheda."),
        required=False,
        widget=check_box(),
    )
    keeps_purchases = forms.BooleanField(
        label=_("Le fatture d’acquisto dicono che cosa dobbiamo ai clienti"),
        help_text=_("Importate, restano sulla scheda di chi è anche cliente; le altre si saltano."),
        required=False,
        widget=check_box(),
    )
    holds_open_notes = forms.BooleanField(
        label=_("Niente solleciti automatici con note di credito da collegare"),
        help_text=_("Altrimenti il credito è detto nel messaggio, che una persona approva."),
        required=False,
        widget=check_box(),
    )
    default_days = forms.IntegerField(
        label=_("Giorni di pagamento abituali"),
        help_text=_("Dalla data della fattura, quando il documento non dice la scadenza."),
        min_value=0,
        max_value=365,
    )
    sdi_rule = forms.ChoiceField(
        label=_("Fattura elettronica senza ricevuta SdI"),
        help_text=_("Quando si può sollecitare una fattura di cui non hai importato la ricevuta."),
        choices=[
            (Company.SdiRule.AT_ONCE, _("Si può sollecitare subito")),
            (Company.SdiRule.AFTER_FIVE_DAYS, _("Dopo cinque giorni dalla data")),
            (Company.SdiRule.RECEIPT_ONLY, _("Solo con una ricevuta")),
        ],
        widget=select(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("window_start", "window_end", "plan_time"):
            self.fields[name].widget = forms.TimeInput(
                attrs={"class": "form-control", "type": "time"}, format="%H:%M"
            )
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.widget.attrs["class"] = "form-control"

    def clean_auto_match(self) -> str:
        """Left out, it stays as it is."""
        return str(self.cleaned_data["auto_match"] or self.initial.get("auto_match") or "all")

    def clean_patron_day(self) -> str:
        """``25/07`` → ``07-25``, as it is kept; anything else is the flow's to refuse."""
        written = str(self.cleaned_data["patron_day"]).strip()
        try:
            day = datetime.strptime(f"{written}/2000", "%d/%m/%Y")  # noqa: DTZ007  a day of any year
        except ValueError:
            return written
        return f"{day:%m-%d}"


class ClosureForm(forms.Form):
    """Days on which the company does not work."""

    first_date = DayField(label=_("Chiusi dal"))
    last_date = DayField(label=_("al"))
    note = text_field(_("Perché"), 100)


class AccountForm(forms.Form):
    """A bank account."""

    iban = text_field("IBAN", 42, attributes={"autocomplete": "off"})
    holder = text_field(_("Intestatario"), 140, help_text=_("Vuoto: l’azienda."))
    bank = text_field(_("Banca"), 100)
    bic = text_field("BIC", 14, help_text=_("Serve solo per i bonifici dall’estero."))
    is_default = forms.BooleanField(
        label=_("Conto predefinito"), required=False, widget=check_box()
    )
    own_password = own_password_field()
