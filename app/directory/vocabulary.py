"""The closed lists a profile chooses from, with the French words people read."""

from __future__ import annotations

AUDIENCE = {
    "adults": "Adultes",
    "teenagers": "Adolescents",
    "children": "Enfants accompagnés",
    "pregnant": "Femmes enceintes",
    "seniors": "Seniors",
    "couples": "Couples",
    "companies": "Entreprises",
}
ACCESS = {
    "yes": "Accessible aux personnes à mobilité réduite",
    "partial": "Partiellement accessible aux personnes à mobilité réduite",
    "no": "Non accessible aux personnes à mobilité réduite",
    "none": "Sans objet (séances à distance ou à domicile)",
}
PAYMENT = {
    "card": "Carte bancaire",
    "cash": "Espèces",
    "cheque": "Chèque",
    "transfer": "Virement",
    "gift": "Bons cadeaux",
}
MODES = {
    "practice": "En cabinet",
    "remote": "En visio",
    "home": "À domicile",
    "phone": "Par téléphone",
    "company": "En entreprise",
}
LANGUAGES = (
    "Français",
    "Langue des signes française",
    "Allemand",
    "Alsacien",
    "Anglais",
    "Arabe",
    "Basque",
    "Breton",
    "Catalan",
    "Chinois",
    "Corse",
    "Créole",
    "Espagnol",
    "Italien",
    "Japonais",
    "Néerlandais",
    "Occitan",
    "Polonais",
    "Portugais",
    "Roumain",
    "Russe",
    "Shimaoré",
    "Turc",
    "Ukrainien",
    "Vietnamien",
)
"""Stored as written here: the page shows them as they are."""
