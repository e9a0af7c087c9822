"""The kernel to run a notebook in: a kernelspec by its name, or any interpreter by its path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nb2prod.diagnostics import Diagnostic, diagnostic

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

_SPEC = {"display_name": "Python", "language": "python"}


def kernel_manager(name: str) -> AsyncKernelManager | Diagnostic:
    """A manager for a kernel that is not started yet; NB501 where there is no such kernel."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
    from jupyter_client.manager import AsyncKernelManager

    class Specs(KernelSpecManager):
        """Knows interpreters beside the installed kernelspecs."""

        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            python = _interpreter(kernel_name)
            if python is None:
                return super().get_kernel_spec(kernel_name)
            launch = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(argv=launch, **_SPEC)

    specs = Specs()
    try:
        specs.get_kernel_spec(name)
    except NoSuchKernel:
        found = ", ".join(f"`{known}`" for known in sorted(specs.find_kernel_specs()))
        return diagnostic("NB501", f"there is no kernel `{name}`; there is {found or 'none'}")
    python = _interpreter(name)
    if python is not None and not _has_ipykernel(python):
        return diagnostic(
            "NB501", f"{name} has no ipykernel", hint=f"Run `{name} -m pip install ipykernel`."
        )
    return AsyncKernelManager(kernel_name=name, kernel_spec_manager=specs)


def interpreter(name: str) -> str | Diagnostic:
    """The path of a kernel's interpreter."""
    python = _interpreter(name)
    if python is not None:
        return python
    manager = kernel_manager(name)
    if isinstance(manager, Diagnostic):
        return manager
    spec = manager.kernel_spec
    assert spec is not None
    launched = shutil.which(spec.argv[0])
    # Specs that are installed beside Jupyter say just "python": Jupyter's own one.
    return sys.executable if launched is None or spec.argv[0] == "python" else launched


def _interpreter(name: str) -> str | None:
    """The path of an interpreter, from anywhere: the run has another working directory; None for names.

    Links stay: they tell the environment.
    """
    is_path = ("/" in name or "\\" in name) and Path(name).is_file()
    return os.path.abspath(name) if is_path else None


def _has_ipykernel(python: str) -> bool:
    done = subprocess.run(
        [python, "-c", "import ipykernel"],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0
