"""A build backend that builds nothing: it gives pip the metadata that the archive holds anyway.

`pip download` asks every source distribution for its metadata, and the real backends answer by
configuring a C build: minutes, and a compiler, for files that only need unpacking. `fetch` puts a
copy of this module in the place of those backends.
"""

import shutil
from email.parser import HeaderParser
from pathlib import Path


def prepare_metadata_for_build_wheel(
    metadata_directory: str, config_settings: object = None
) -> str:
    """Build backend hook: write the `.dist-info` folder that pip reads name and version from."""
    about = HeaderParser().parsestr(Path("PKG-INFO").read_text(encoding="utf-8"))
    folder = f"{about['Name'].replace('-', '_')}-{about['Version']}.dist-info"
    (Path(metadata_directory) / folder).mkdir()
    shutil.copy("PKG-INFO", Path(metadata_directory) / folder / "METADATA")
    return folder
