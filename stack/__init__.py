"""A recorded update all the way to the pager: exporter, real Prometheus, real Alertmanager, and who is told.

``python -m stack`` shows it at a terminal (``make demo-stack``); tests/e2e rehearses it. It stands outside the package,
since it needs the servers that tests/tools/build makes, and the alerts' jsonnet.
"""
