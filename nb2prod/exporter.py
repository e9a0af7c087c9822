"""The package as a download: ``jupyter nbconvert --to nb2prod``, and JupyterLab's menu of exports.

Nothing of the notebook is ever executed for it. What analyses and writes is imported when something
is exported: whoever lists the formats that there are imports this module.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import default
from traitlets.config import Application

if TYPE_CHECKING:
    from nb2prod.diagnostics import Diagnostic
    from nb2prod.filetree import FileTree
    from nb2prod.notebook import Notebook
    from nb2prod.planning import Planned

#: The earliest date that a zip file can hold: equal packages are equal bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


class PackageExporter(Exporter):
    """Makes a zip file of the package that ``nb2prod convert --no-run`` writes.

    nbconvert's preprocessors are not used: they change the notebook, or run it.
    """

    export_from_notebook = "Production package (zip)"
    output_mimetype = "application/zip"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".zip"

    def from_filename(  # type: ignore[override]
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The package of a notebook file, read as ``nb2prod convert`` reads it."""
        from nb2prod.notebook import NotebookError, read

        path = Path(filename)
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        resources["metadata"].update(name=path.stem, path=str(path.parent))
        try:
            notebook = read(path)
        except NotebookError as error:
            raise self._refusal(path.name, [error.problem]) from None
        return self._packed(notebook, path.parent), resources

    def from_notebook_node(  # type: ignore[override]
        self, nb: dict[str, Any], resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The package of a notebook that somebody else has read; Jupyter's server calls this."""
        from nb2prod.notebook import NotebookError, parsed

        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        name = resources["metadata"].get("name") or "notebook"
        folder = resources["metadata"].get("path")
        try:
            notebook = replace(parsed(nb, name=name), file=f"{name}.ipynb")
        except NotebookError as error:
            raise self._refusal(name, [error.problem]) from None
        return self._packed(notebook, Path(folder) if folder else None), resources

    def _packed(self, notebook: Notebook, folder: Path | None) -> bytes:
        from nb2prod.depth import with_room
        from nb2prod.diagnostics import Severity
        from nb2prod.notebook import NotebookError
        from nb2prod.planning import planned

        if self.config.ExecutePreprocessor.get("enabled"):
            self.log.warning("An export never runs the notebook; `nb2prod convert` does.")
        plan = with_room(planned)(notebook, None, folder=folder)
        if plan.plan is None:
            errors = [found for found in plan.diagnostics if found.severity is Severity.ERROR]
            raise self._refusal(notebook.file, errors)
        try:
            tree = _tree(plan, folder)
        except NotebookError as error:
            raise self._refusal(notebook.file, [error.problem]) from None
        for found in plan.diagnostics:
            say = self.log.warning if found.severity is Severity.WARNING else self.log.info
            say("%s", found)
        return zipped(tree, plan.name)

    def _refusal(self, name: str, errors: Sequence[Diagnostic]) -> ConversionException:
        """What a caller gets to read; nbconvert's command line ends here, as it adds a traceback."""
        message = "\n".join([f"{name} is no package yet:", *map(str, errors)])
        app = Application.instance() if Application.initialized() else None
        if app is not None and app.name == "jupyter-nbconvert":
            app.log.error("%s", message)
            app.exit(1)
        return ConversionException(message)


def zipped(tree: FileTree, name: str) -> bytes:
    """A zip file of a folder ``name`` with these files; equal trees give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in tree.items():
            entry = zipfile.ZipInfo(f"{name}/{path}", _DATE)
            entry.create_system = 3  # Unix, whatever it is made on
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode("utf-8"))
    return buffer.getvalue()


def _tree(planned: Planned, folder: Path | None) -> FileTree:
    """The files that a conversion without a run writes beside the notebook."""
    from nb2prod.filetree import with_manifest
    from nb2prod.planning import emitted

    assert planned.plan is not None
    tree = emitted(
        planned.plan,
        notebook_folder=folder,
        output=folder / planned.name if folder else None,
        environment=planned.environment,
    )
    return with_manifest(tree)
