"""A note that several people may write: nobody's text is lost."""

from changes.exceptions import Stale


def noted(stands: str, text: str, *, was: str | None) -> str:
    """The note as it is kept. `was` is what the writer had before them; without it the text takes the place of what `stands`.

    Raises `Stale`, with what stands, where somebody else has written since.
    """
    text = _lines(text)
    if was is not None and _lines(stands) not in (_lines(was), text):
        raise Stale(f"Somebody else has written here meanwhile: {stands}", mend="Put together what is to stay, and save again.")
    return text


def _lines(text: str) -> str:
    """As it is kept: browsers send lines with another end."""
    return text.replace("\r\n", "\n").strip()
