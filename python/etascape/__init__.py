"""etascape is a program; this package only finds it. `python -m etascape` starts it."""

import os
import sysconfig
from importlib.metadata import PackageNotFoundError, files


def executable():
    """The full path of the installed binary. FileNotFoundError if it is in none of the places where installers put it."""
    name = "etascape" + (sysconfig.get_config_var("EXE") or "")
    places = _places(name)
    for path in places:
        if os.path.isfile(path):
            return path
    raise FileNotFoundError("the binary of etascape is in none of " + ", ".join(places))


def _places(name):
    """Where the binary may be: as the installer recorded it; among the environment's scripts; in `bin` beside the package (`--target`)."""
    try:
        recorded = [os.path.normpath(file.locate()) for file in files("etascape") or [] if file.name == name]
    except PackageNotFoundError:
        recorded = []
    beside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return recorded + [os.path.join(sysconfig.get_path("scripts"), name), os.path.join(beside, "bin", name)]
