"""Modules that lay beside the notebook."""
