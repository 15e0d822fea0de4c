"""The page at ``/``: what this is and how contact with the cluster stands."""

from __future__ import annotations

from html import escape

from aiohttp import web

from ..exporter import Exporter
from ..version import __version__
from .key import EXPORTER

_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>longhorn-cr-exporter</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid #8884; vertical-align: top; }}
td.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
</style>
</head>
<body>
<main>
<h1>longhorn-cr-exporter {version}</h1>
<p>Longhorn {longhorn}, deadlock gate {gate}. <a href="/metrics">Metrics</a> · <a href="/healthz">alive</a> ·
<a href="/readyz">ready</a></p>
<table>
<thead><tr><th scope="col">Resource</th><th scope="col">Objects</th><th scope="col">Contact</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</main>
</body>
</html>
"""


async def landing(request: web.Request) -> web.Response:
    """A page that needs no script. Everything from the cluster is escaped."""
    page = render_landing(request.app[EXPORTER])
    return web.Response(text=page, content_type="text/html", charset="utf-8", headers=_SECURITY)


def render_landing(exporter: Exporter) -> str:
    """Return the page as HTML."""
    cluster = exporter.assessment.cluster
    counts = exporter.objects()
    rows = "\n".join(
        f'<tr><td>{escape(name)}</td><td class="number">{counts[name]}</td>'
        f"<td>{'up' if contact.up else escape(contact.problem or 'waiting')}</td></tr>"
        for name, contact in exporter.contacts.items()
    )
    return _PAGE.format(
        version=escape(__version__),
        longhorn=escape(cluster.version if cluster else "unknown"),
        gate=escape(cluster.gate if cluster else "unknown"),
        rows=rows,
    )
