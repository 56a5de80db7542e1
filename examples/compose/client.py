"""Submits jobs to Seek until the credits are used up. Exit codes: 0 all are submitted, 3 the credits did not suffice."""

import json
import os
import sys
import urllib.error
import urllib.request

BASE = os.environ.get("SEEK_URL", "https://api.seek-api.com")
HEADERS = {"x-api-key": os.environ["SEEKAPI_KEY"], "content-type": "application/json"}
PROFILES = [f"https://linkedin.com/in/{name}" for name in ("one", "two", "three")]


def submit(profile: str) -> str:
    body = json.dumps({"profile_url": profile}).encode()
    request = urllib.request.Request(f"{BASE}/v1/workers/linkedin-profile/jobs", body, HEADERS)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["job_uuid"]


for count, profile in enumerate(PROFILES):
    try:
        print("submitted", submit(profile), flush=True)
    except urllib.error.HTTPError as error:
        if error.code != 402:
            raise
        print(f"out of credits after {count} of {len(PROFILES)} jobs", file=sys.stderr)
        sys.exit(3)
