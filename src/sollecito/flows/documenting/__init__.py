"""The chapters of a customer's dossier, in Italian words."""
