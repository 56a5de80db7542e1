"""The client under test. In your project, this is your own code."""

import json
import urllib.error
import urllib.request

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class OutOfCredits(Exception):
    pass


class SeekClient:
    def __init__(self, base, key):
        self.base = base
        self.key = key

    def submit_all(self, profiles, webhook=None):
        """Submits a job for each profile, and stops when the credits are used up."""
        jobs = []
        for profile in profiles:
            body = {"profile_url": profile, **({"webhook": webhook} if webhook else {})}
            try:
                jobs.append(self._send("POST", "/v1/workers/linkedin-profile/jobs", body)["job_uuid"])
            except urllib.error.HTTPError as error:
                with error:
                    if error.code != 402:
                        raise
                raise OutOfCredits(f"{len(jobs)} of {len(profiles)} jobs are submitted")
        return jobs

    def status(self, job):
        return self._send("GET", f"/v1/jobs/{job}")["status"]

    def _send(self, method, path, body=None):
        headers = {"x-api-key": self.key}
        if body is not None:
            headers["content-type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        with OPENER.open(request, timeout=30) as answer:
            return json.load(answer)
