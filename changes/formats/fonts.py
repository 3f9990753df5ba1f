"""The fonts of the PDFs: locked packages, so that the same text looks the same wherever the product runs.

Noto Sans sets Latin, Greek, Cyrillic and Devanagari; its kin and two others set further scripts; the last font has a letter
for everything that Unicode's first plane holds. A package that is missing is said in the log and costs no paper.
"""

import logging
import struct
import zlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
from django.conf import settings

log = logging.getLogger(__name__)
#: Package and family, in the order in which a letter is looked for.
PACKAGES = (
    ("fontpkg_noto_sans", "Noto Sans"),
    ("fontpkg_noto_sans_arabic", "Noto Sans Arabic"),
    ("fontpkg_heebo", "Heebo"),
    ("fontpkg_noto_sans_thai", "Noto Sans Thai"),
    ("fontpkg_noto_sans_tamil", "Noto Sans Tamil"),
    ("fontpkg_noto_sans_telugu", "Noto Sans Telugu"),
    ("fontpkg_noto_sans_khmer", "Noto Sans Khmer"),
    ("fontpkg_hind_siliguri", "Hind Siliguri"),
    ("cvttf_NotoSansCJK_Regular", "Noto Sans CJK TC"),
)
LAST = "UnifontExMono"
#: As it comes from npm; typst reads no WOFF.
LAST_FILE = Path("node_modules/@fontsource/unifontex/files/unifontex-latin-400-normal.woff")


@cache
def fonts() -> typst.Fonts:
    """All of them, read once in a process; those of the machine are left out, for no two machines have the same."""
    folders = [str(folder) for package, _ in PACKAGES if (folder := _folder(package))]
    last = _last_folder()
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[*folders, *([str(last)] if last else [])])


@cache
def families() -> tuple[str, ...]:
    """The families that are there, in the order in which a letter is looked for; those that are not are named in the log."""
    there = set(fonts().families())
    wanted = [*(family for _, family in PACKAGES), LAST]
    if missing := [family for family in wanted if family not in there]:
        log.warning("PDFs are set without %s: run `python3 run.py` to install what the lock files name.", ", ".join(missing))
    return tuple(family for family in wanted if family in there)


def _folder(package: str) -> Path | None:
    """Where a package keeps its files; None where it is not installed."""
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        return None
    files = Path(places[0]) / "files"
    return files if files.is_dir() else Path(places[0])


def _last_folder() -> Path | None:
    """The last font unpacked into the state directory, at the first paper of all."""
    packed = Path(settings.BASE_DIR) / LAST_FILE
    folder = Path(settings.VAR) / "fonts"
    unpacked = folder / "unifontex.ttf"
    if not unpacked.is_file():
        if not packed.is_file():
            return None
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"unifontex.{id(packed)}.part"
        draft.write_bytes(sfnt_of(packed.read_bytes()))
        draft.replace(unpacked)  # two workers at once: each writes its own, the last one stays, and both are whole
    return folder


def sfnt_of(woff: bytes) -> bytes:
    """A WOFF 1.0 font as the TrueType or OpenType font that it packs (W3C WOFF 1.0, 3 to 5). Raises `ValueError` for anything else."""
    signature, flavor, _, count = struct.unpack_from(">4sIIH", woff)
    if signature != b"wOFF":
        raise ValueError("This is no WOFF 1.0 font.")
    power = count.bit_length() - 1
    reach = 16 * 2**power
    head, body = struct.pack(">IHHHH", flavor, count, reach, power, count * 16 - reach), b""
    offset = len(head) + 16 * count
    for place in range(count):
        tag, start, packed, length, checksum = struct.unpack_from(">4sIIII", woff, 44 + 20 * place)
        table = woff[start : start + packed]
        table = zlib.decompress(table) if packed < length else table
        head += struct.pack(">4sIII", tag, checksum, offset + len(body), length)
        body += table + b"\0" * (-length % 4)
    return head + body
