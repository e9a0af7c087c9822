"""Facts about a tagged notebook: statements, scopes, reaching definitions and effects.

Pure functions from syntax to frozen values. Nothing here knows what a package looks like.
"""
