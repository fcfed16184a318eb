"""Has the library `standardwebhooks` (PyPI) verify what a running server tells a receiver on this machine.

    pip install standardwebhooks
    BITACORA_OUTGOING_WEBHOOKS__ALLOW_HTTP=true BITACORA_OUTGOING_WEBHOOKS__NETWORKS='["127.0.0.0/8"]' bitacora demo …
    python docs/verification/outgoing_webhooks.py http://127.0.0.1:8650 admin not-a-secret-demo

It registers a receiver, has it told a test, lets the library verify it, changes the secret and verifies by both, and
sees that another secret, another body and another time are refused. It removes the receiver again.
"""

import http.server
import json
import queue
import sys
import threading
import urllib.request

from standardwebhooks import Webhook, WebhookVerificationError

server, login, password = sys.argv[1:4]
told = queue.Queue()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        told.put(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def ask(method, path, body=None, token=None):
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server}/api/v1{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def refused(secret, body, headers):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


def main():
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    token = ask("POST", "/session", {"login": login, "password": password})["access_token"]
    url = f"http://127.0.0.1:{receiver.server_port}/in"
    made = ask("POST", "/webhooks", {"name": "verification", "url": url, "types": ["call.missed"]}, token)
    first, at = made["secret"], f"/webhooks/{made['webhook']['id']}"
    try:
        ask("POST", f"{at}/test", {}, token)
        headers, body = told.get(timeout=20)
        assert Webhook(first).verify(body, headers)["type"] == "webhook.test"
        assert refused("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", body, headers), "another secret"
        assert refused(first, body.replace(b"webhook.test", b"webhook.tesT"), headers), "another body"
        later = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}
        assert refused(first, body, later), "another time"
        rotated = ask("POST", f"{at}/rotate", {"version": made["webhook"]["version"]}, token)
        ask("POST", f"{at}/test", {}, token)
        headers, body = told.get(timeout=20)
        for secret in (rotated["secret"], first):
            Webhook(secret).verify(body, headers)
        print("verified: one secret, both secrets; refused: another secret, another body, another time")
    finally:
        ask("DELETE", at, None, token)
        receiver.shutdown()


main()
