"""The names people give to their files: cleaned before they are shown or offered again, never a place on the disk."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 160
EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
}
"""The end of the name, which the content decides and not the sender."""
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
    r"|[\U000e0000-\U000e0fff]|[\ud800-\udfff]"
)
"""What shows nothing, or turns the text around so that « fdp.exe » reads « exe.pdf »."""
_UNWANTED = re.compile(r'[<>:"|?*\\/;%]')
_END = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")


def cleaned(name: str, media_type: str) -> str:
    """`name` without folders nor anything unseen, at most 160 characters, its end that of the content."""
    last = re.split(r"[\\/]", name)[-1]
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", last))
    text = " ".join(_UNWANTED.sub(" ", text).split())
    end = EXTENSIONS[media_type]
    while _END.search(text):  # « photo.pdf.exe » keeps neither
        text = _END.sub("", text)
    stem = text.strip(" .-~")[: MAX_NAME - len(end)].rstrip(" .")
    return (stem or "document") + end
