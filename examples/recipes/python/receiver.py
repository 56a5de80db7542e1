"""Your application's receiver of webhooks, on a port of its own."""

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    def __init__(self, secret):
        self.events = []
        events = self.events

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
                known = hmac.compare_digest(expected, self.headers.get("x-seekapi-signature", ""))
                if known:
                    events.append(json.loads(body)["event"])
                self.send_response(200 if known else 401)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
