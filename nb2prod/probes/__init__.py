"""Code that runs in the notebook's environment. It needs the standard library alone, from Python 3.8 on.

No module of nb2prod imports these: they are loaded from their files by the processes that are watched.
"""
