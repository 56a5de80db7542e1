"""A server of sparring for a test run, and a session of it for each test. The standard library is enough."""

import json
import os
import shlex
import subprocess
import urllib.error
import urllib.request

COMMAND = shlex.split(os.environ.get("SPARRING", "npx sparring"))
# A proxy that the environment names is not for this machine.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """Serves vendors on a free port. It ends with this process, also when that is killed."""

    def __init__(self, *vendors):
        options = ["--port", "0", "--frozen", "--json", "--stop-with-parent"]
        self.process = subprocess.Popen([*COMMAND, "serve", *vendors, *options], stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline()
        if not ready:
            raise RuntimeError("sparring has not started; it has said why on stderr.")
        self.url = json.loads(ready)["url"]

    def call(self, method, path, body=None):
        """Calls the control API, and gives its answer."""
        data = None if method == "GET" else json.dumps(body or {}).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.url}/__sparring{path}", data, headers, method=method)
        try:
            with OPENER.open(request, timeout=30) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            with error:
                raise RuntimeError(json.load(error)["detail"]) from None

    def session(self, scenario):
        return Session(self, self.call("POST", "/sessions", {"scenario": scenario}))

    def stop(self):
        self.call("POST", "/shutdown")
        self.process.wait(timeout=30)
        self.process.stdout.close()


class Session:
    """Isolated: its own clock, state, scenario, journal, and a URL and a key for each vendor."""

    def __init__(self, server, opened):
        self.server = server
        self.id = opened["id"]
        self.vendors = opened["vendors"]

    def play(self, scenario, changes=None):
        self._call("PUT", "/scenario", {"names": scenario, "changes": changes or {}})

    def advance(self, duration):
        """Moves the clock; what falls due on the way happens, webhooks too."""
        self._call("POST", "/clock", {"advance": duration})

    def send_webhooks_to(self, url):
        self._call("PUT", "/target", {"to": url})

    def trigger(self, vendor, webhook):
        return self._call("POST", "/webhooks", {"vendor": vendor, "webhook": webhook})

    def close(self):
        """Ends the session; what the client did wrong in it fails the test."""
        findings = self.server.call("DELETE", f"/sessions/{self.id}")["findings"]
        breaches = [f"{each['code']}: {each['message']}" for each in findings if each["severity"] != "info"]
        if breaches:
            raise AssertionError("\n".join(breaches))

    def _call(self, method, path, body=None):
        return self.server.call(method, f"{path}?session={self.id}", body)
