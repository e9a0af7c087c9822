"""The extension as Jupyter knows it: its settings, its routes, its end."""

from __future__ import annotations

import os
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, Integer

from nb2prod.server.handlers import routes
from nb2prod.server.jobs import Jobs
from nb2prod.server.workers import Workers


class Nb2prodExtension(ExtensionApp):
    """Analyses and converts notebooks for front ends."""

    name = "nb2prod"
    load_other_extensions = True

    analysis_workers = Integer(2, min=1, help="Processes that analyse notebooks.", config=True)
    analysis_timeout = Float(
        60.0, min=1.0, help="Seconds that one analysis or preview may take.", config=True
    )
    largest_document = Integer(
        16 * 2**20,
        min=1,
        help="Bytes of a notebook that is analysed, without outputs.",
        config=True,
    )
    conversions = Integer(
        max(2, (os.cpu_count() or 2) // 2),
        min=1,
        help="Conversions that run at once; others wait.",
        config=True,
    )

    def initialize_settings(self) -> None:
        """What the routes share."""
        self._workers = Workers(self.analysis_workers, self.analysis_timeout)
        self._jobs = Jobs(self.conversions, self.log)
        self.settings["nb2prod_workers"] = self._workers
        self.settings["nb2prod_jobs"] = self._jobs
        self.settings["nb2prod_largest_document"] = self.largest_document

    def initialize_handlers(self) -> None:
        """The routes."""
        self.handlers.extend(routes("/"))

    def current_activity(self) -> Any:
        """A server with a running conversion is not idle."""
        running = sum(not entry.job.ended for entry in self._jobs.all())
        return {"conversions": running} if running else None

    async def stop_extension(self) -> None:
        """Ends every process."""
        self._workers.close()
        await self._jobs.close()
