"""The report: one page about one conversion, for whoever has to trust the package."""

from nb2prod.report.page import report_page

__all__ = ["report_page"]
