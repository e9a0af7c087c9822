"""Decides what the package will be: which statements it ships, which stages they form, where each
name lives and what flows between the stages. No text is made here.
"""
