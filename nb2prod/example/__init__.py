"""The example notebook that comes along, for whoever has no notebook of their own at hand.

The files beside this module are ``example_notebooks/churn.ipynb``, without roles and outputs, and its
data, packed; ``make docs`` writes them.
"""

from __future__ import annotations

import bz2
import os
import shutil
import tempfile
from pathlib import Path

NOTEBOOK = "churn.ipynb"
DATA = "data/churn.csv"
#: What the data is packed in beside this module.
PACKED = f"{DATA}.bz2"
#: The folder that the example gets; a second one is numbered.
NAME = "nb2prod-example"


def example_files() -> dict[str, bytes]:
    """The notebook and its data, by their paths; for who writes them elsewhere than on a disk."""
    here = Path(__file__).parent
    data = bz2.decompress((here / PACKED).read_bytes())
    return {NOTEBOOK: (here / NOTEBOOK).read_bytes(), DATA: data}


def place_example(folder: Path) -> Path:
    """Puts the example and its data into a new folder in ``folder``; gives the notebook's path.

    The new folder is there as a whole or not at all, and nothing that exists is touched.

    Raises
    ------
    OSError
        Nothing can be written there.
    """
    new = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=folder))
    try:
        for name, content in example_files().items():
            target = new / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
        # A temporary folder is its owner's alone; this one is to be like any other.
        new.chmod((new / DATA).parent.stat().st_mode & 0o777)
        return _moved(new, folder) / NOTEBOOK
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _moved(new: Path, folder: Path) -> Path:
    """Gives a folder its name, or the first numbered one that is free."""
    number = 0
    while True:
        number += 1
        place = folder / (NAME if number == 1 else f"{NAME}-{number}")
        if os.path.lexists(place):
            continue
        try:
            os.rename(new, place)
        except OSError:
            if not os.path.lexists(place):
                raise
            continue  # somebody was faster
        return place
