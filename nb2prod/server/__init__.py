"""The Jupyter server's part: routes that front ends talk to. Only this package needs jupyter_server."""
