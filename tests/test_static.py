"""Scripts under names that hold their content import one another by those names, each module by one name alone."""

import re
import shutil
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from fsc.static import Storage

SCRIPTS = Path(__file__).parent.parent / "static" / "js"


def test_a_script_imports_its_modules_by_the_names_that_hold_their_content(tmp_path):
    shutil.copytree(SCRIPTS, tmp_path / "js")
    source = FileSystemStorage(location=tmp_path)
    names = [path.relative_to(tmp_path).as_posix() for path in (tmp_path / "js").rglob("*.js")]
    storage = Storage(location=tmp_path, base_url="/static/")
    made = storage.post_process({name: (source, name) for name in names})
    served = {name: hashed for name, hashed, _ in made if hashed.endswith(".js")}
    stands = set(served.values())
    imported = {
        (Path(hashed).parent / address).as_posix()
        for hashed in stands
        for address in re.findall(r'^import .*"\./(.*)";$', (tmp_path / hashed).read_text(), flags=re.MULTILINE)
    }
    assert imported == {hashed for name, hashed in served.items() if name.startswith("js/sitting/")}
