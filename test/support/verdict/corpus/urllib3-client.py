"""Goes through settings (JSON on stdin) with urllib3 and its Retry, as its documentation has them."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import urllib3
from urllib3.util import Retry

given = json.load(sys.stdin)
timeout = given["timeout"] / 1000


def at(body, path):
    for name in path:
        if isinstance(body, list):
            body = body[int(name)] if int(name) < len(body) else None
        else:
            body = body.get(name) if isinstance(body, dict) else None
    return body


def walk(setting):
    journey = setting["journey"]
    retries = Retry(total=5, backoff_factor=0.1, status_forcelist=[500, 502, 503, 504])
    http = urllib3.PoolManager(retries=retries, timeout=timeout)

    def request(what, job=""):
        headers = {journey["header"]: journey["prefix"] + setting["key"]}
        body = None
        if "body" in what:
            headers["content-type"] = "application/json"
            body = json.dumps(what["body"])
        url = setting["url"] + what["path"].replace("{id}", quote(str(job), safe=""))
        try:
            answer = http.request(what["method"], url, headers=headers, body=body)
            return answer.status, json.loads(answer.data)
        except urllib3.exceptions.HTTPError:
            return None, None
        except ValueError:
            return answer.status, None

    for read in journey["reads"]:
        request(read)
    poll = journey.get("poll")
    status, body = request(journey["work"])
    job = at(body, poll["id"]) if poll and status and status < 300 else None
    if job is None:
        return
    for _ in range(25):
        time.sleep(0.2)
        status, body = request(poll, job)
        state = at(body, poll["state"]) if status and status < 300 else None
        if state is None or state in poll["final"]:
            return


with ThreadPoolExecutor(max_workers=given["width"]) as pool:
    list(pool.map(walk, given["settings"]))
