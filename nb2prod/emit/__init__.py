"""Writes a plan down: a tree of files. Emitters read the plan and change nothing."""
