"""What a rule may answer instead of a result; each class carries the French sentence the person will read."""

from __future__ import annotations


class Refused(Exception):
    """An expected no: shown to the person, answered with 409 (or 422 on a field)."""

    message = "Cette action n’est pas possible."
    field = ""
    """The field of the form it is about; empty: the whole form."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class WrongField(Refused):
    """About one `field` of a form."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TooMany(Refused):
    """Tried too often (429). `seconds`: how long to wait."""

    message = "Trop d’essais."

    def __init__(self, seconds: int) -> None:
        minutes = max(1, -(-seconds // 60))
        wait = "une minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"{self.message} Réessayez dans {wait}.")
        self.seconds = max(1, seconds)


class NotFound(Exception):
    """Nothing there for this person: absence and prohibition look the same from outside (404)."""

    message = "Cette page n’existe pas, ou n’existe plus."


class Gone(NotFound):
    """It was there and was withdrawn for good (410)."""

    message = "Cette page a été retirée."


class Unavailable(Exception):
    """A part the answer rests on does not reply for now (503)."""

    message = "Ce service ne répond pas pour le moment. Réessayez dans un instant."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message
