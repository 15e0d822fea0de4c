"""Run by `helm test` in the exporter's own image: is it ready, and may it read everything?"""

import sys
import time
import urllib.error
import urllib.request
from http import HTTPStatus

ANSWER_SECONDS = 10
STEP_SECONDS = 1
UP = "longhorn_cr_exporter_resource_up"


def page(url: str, path: str) -> tuple[int, str]:
    """Return the status and the text of a page; status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url + path, timeout=ANSWER_SECONDS) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def ready(url: str, seconds: float) -> tuple[int, str]:
    """Return what /readyz says as soon as it is 200, or after that time."""
    deadline = time.monotonic() + seconds
    status, text = page(url, "/readyz")
    while status != HTTPStatus.OK and time.monotonic() < deadline:
        time.sleep(STEP_SECONDS)
        status, text = page(url, "/readyz")
    return status, text


def resources(metrics: str) -> dict[str, bool]:
    """Return whether each resource can be read, by the exporter's own metrics."""
    series = [line for line in metrics.splitlines() if line.startswith(f"{UP}{{")]
    return {line.split('resource="')[1].split('"')[0]: float(line.rsplit(" ", 1)[1]) == 1 for line in series}


def main(url: str, seconds: float) -> int:
    """Say how it stands; return the exit status."""
    status, text = ready(url, seconds)
    if status != HTTPStatus.OK:
        print(f"{url}/readyz: {status or 'no answer'}: {text.strip()}")
        return 1
    up = resources(page(url, f"/metrics?name[]={UP}")[1])
    down = [name for name, is_up in up.items() if not is_up]
    if down or not up:
        print(f"{url} cannot read {', '.join(down) or 'anything'}: see its log and docs/security.md")
        return 1
    print(f"{url} is ready and reads all {len(up)} resources")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/"), float(sys.argv[2])))
