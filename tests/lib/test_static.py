"""Style sheets and scripts as they are served."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from forum.lib.static import LeanStorage, lean

#: What some libraries say in comments.
LIBRARY = '/* import { it } from "./nowhere.js"; */\nwindow.it = 1;\n'
FOLDERS = ("annotations/static/annotations", "forum/static/forum/js")


def path_of(name: str) -> Path:
    found = finders.find(name)
    assert found, name
    return Path(found)


def own_scripts():
    return [path for folder in FOLDERS for path in (settings.BASE_DIR / folder).glob("*.js")]


@pytest.fixture
def served(settings, tmp_path):
    """The storage of a site, with our own files and one of a library in it."""
    found = FileSystemStorage(tmp_path / "found")
    names = [path.as_posix().rsplit("/static/", 1)[1] for path in own_scripts()]
    for name in (*names, "forum/css/note.css", "admin/js/core.js"):
        with path_of(name).open("rb") as file:
            found.save(name, file)
    found.save("library/it.js", ContentFile(LIBRARY.encode()))
    settings.STATIC_ROOT = tmp_path / "served"
    storage = LeanStorage(location=settings.STATIC_ROOT, base_url="/static/")
    paths = {}
    for name in (*names, "forum/css/note.css", "admin/js/core.js", "library/it.js"):
        with found.open(name) as file:
            storage.save(name, file)
        paths[name] = (found, name)
    done = [error for *_, error in storage.post_process(paths) if isinstance(error, Exception)]
    assert done == []
    return storage


def text_of(storage, name):
    with storage.open(storage.stored_name(name)) as file:
        return file.read().decode()


def test_ours_are_served_without_comments(served):
    for name in ("annotations/notes.js", "forum/css/note.css"):
        with path_of(name).open() as file:
            before = file.read()
        after = text_of(served, name)
        assert "/**" in before or "/*" in before
        assert "/*" not in after
        assert len(after) < 0.9 * len(before)


def test_modules_import_one_another_by_hashed_names(served):
    notes = served.stored_name("annotations/notes.js").rsplit("/", 1)[1]
    assert notes != "notes.js"
    assert f'"./{notes}"' in text_of(served, "annotations/article.js")


def test_what_is_fetched_later_has_its_hashed_name_too(served):
    stepper = served.stored_name("annotations/stepper.js").rsplit("/", 1)[1]
    assert stepper != "stepper.js"
    assert f'import("./{stepper}")' in text_of(served, "annotations/stepping.js")
    scripts = [f"annotations/{path.name}" for path in own_scripts() if "annotations" in path.parts]
    assert not [name for name in scripts if 'import("./stepper.js")' in text_of(served, name)]


def test_a_library_is_served_as_it_is(served):
    with path_of("admin/js/core.js").open() as file:
        assert text_of(served, "admin/js/core.js") == file.read()
    assert text_of(served, "library/it.js") == LIBRARY


#: Reads modules as a browser does, without running them; complains of the first that is none.
_PARSE = """import { SourceTextModule } from "node:vm";
import { readFileSync } from "node:fs";
for (const file of process.argv.slice(1)) {
  new SourceTextModule(readFileSync(file, "utf8"), { identifier: file });
}"""


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js")
def test_every_script_is_still_one(tmp_path):
    made = []
    for path in own_scripts():
        name = path.as_posix().rsplit("/static/", 1)[1]
        made.append(tmp_path / name.replace("/", "-"))
        made[-1].write_text(lean(name, path.read_text()))
    command = ["node", "--experimental-vm-modules", "--no-warnings", "--input-type=module"]
    checked = subprocess.run([*command, "-e", _PARSE, *made], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
