"""Modules that packages get copies of. They run on the Pythons and the libraries of packages."""
