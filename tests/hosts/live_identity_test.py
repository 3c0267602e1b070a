#!/usr/bin/env python3
"""`portcullis run --live` against a local server that answers as IMDS, App Service and a backend do, faults included."""
import hashlib
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

PORTCULLIS = os.environ["PORTCULLIS"]
POLICY = os.path.join(os.environ["SOURCE_DIR"], "examples", "managed-identity", "policy.xml")


class Peer(BaseHTTPRequestHandler):
    """The identity endpoint answers from `script` (one entry a call, the last for ever); anything else is the backend."""

    script = []
    calls = []
    backend = []

    def do_GET(self):
        url = urlparse(self.path)
        if url.path not in ("/metadata/identity/oauth2/token", "/msi/token"):
            return self.answer_backend()
        Peer.calls.append({"path": url.path, "query": parse_qs(url.query), "headers": dict(self.headers)})
        status, body = Peer.script[min(len(Peer.calls), len(Peer.script)) - 1]
        if status == 0:
            self.connection.close()
            return None
        return self.send(status, body if isinstance(body, str) else json.dumps(body))

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return self.answer_backend()

    def answer_backend(self):
        Peer.backend.append(dict(self.headers))
        return self.send(200, '{"ok":true}')

    def send(self, status, body):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def run(port, script, environment, policy=POLICY):
    """One run; what it printed, its exit code and how long it took."""
    Peer.script, Peer.calls, Peer.backend = script, [], []
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("IDENTITY_", "MSI_", "AZURE_", "IMDS_"))}
    with tempfile.TemporaryDirectory() as folder:
        request = os.path.join(folder, "request.http")
        with open(request, "w", encoding="utf-8") as file:
            file.write(f"POST http://127.0.0.1:{port}/chat\nContent-Type: application/json\n\n{{}}\n")
        began = time.monotonic()
        done = subprocess.run([PORTCULLIS, "run", policy, request, "--live", "--json"], env={**clean, **environment},
                              capture_output=True, text=True, timeout=60, check=False)
    result = json.loads(done.stdout) if done.stdout else None
    return result, done.returncode, time.monotonic() - began, done.stderr


def header(result, name):
    lines = result["steps"][0]["backendRequests"][0]["headers"]
    return next((value for key, value in lines if key.lower() == name.lower()), None)


def check(condition, text):
    if not condition:
        print("FAILED:", text)
        sys.exit(1)


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    imds = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": f"http://127.0.0.1:{port}"}
    app_service = {"IDENTITY_ENDPOINT": f"http://127.0.0.1:{port}/msi/token", "IDENTITY_HEADER": "proof"}
    old = {"MSI_ENDPOINT": f"http://127.0.0.1:{port}/msi/token", "MSI_SECRET": "secret-1"}
    good = {"access_token": "token-1", "expires_in": "86399", "expires_on": str(int(time.time()) + 86399), "token_type": "Bearer"}

    result, code, _, errors = run(port, [(200, good)], imds)
    check(code == 0, f"IMDS: exit {code}: {errors} {result}")
    check(header(result, "Authorization") == "Bearer token-1", "IMDS: the backend gets the token")
    call = Peer.calls[0]
    check(call["headers"].get("Metadata") == "true", "IMDS: Metadata: true")
    check(call["query"] == {"api-version": ["2018-02-01"], "resource": ["https://cognitiveservices.azure.com"]}, f"IMDS: query {call['query']}")
    check(Peer.backend[0].get("Authorization") == "Bearer token-1", "the backend really got it")

    result, code, _, _ = run(port, [(200, {"access_token": "token-2", "expires_on": str(int(time.time()) + 3600)})], app_service)
    check(code == 0 and header(result, "Authorization") == "Bearer token-2", "App Service: no expires_in is needed")
    check(Peer.calls[0]["headers"].get("X-IDENTITY-HEADER") == "proof", "App Service: its proof")
    check(Peer.calls[0]["query"]["api-version"] == ["2019-08-01"], "App Service: its version")

    result, code, _, _ = run(port, [(200, {"access_token": "token-3", "expires_on": "01/31/2099 23:59:59 +00:00"})], old)
    check(code == 0 and header(result, "Authorization") == "Bearer token-3", "old App Service: a date as text")
    check(Peer.calls[0]["headers"].get("secret") == "secret-1", "old App Service: its proof")

    result, code, _, _ = run(port, [(429, {"error": "too many"}), (200, good)], imds)
    check(code == 0 and len(Peer.calls) == 2, "429 is tried again")
    result, code, _, _ = run(port, [(404, "<html>"), (200, good)], imds)
    check(code == 0 and len(Peer.calls) == 2, "IMDS: 404 is tried again")

    def failing(script, environment, calls, wanted, name):
        result, code, _, _ = run(port, script, environment)
        error = result["steps"][0]["lastError"]
        check(code == 1, f"{name}: exit 1, not {code}")
        check(error["source"] == "authentication-managed-identity", f"{name}: source {error}")
        check(wanted in error["message"], f"{name}: message {error['message']}")
        check(len(Peer.calls) == calls, f"{name}: {len(Peer.calls)} calls")
        check(result["steps"][0]["response"]["status"] == 500, f"{name}: the caller gets 500")
        check(not result["steps"][0]["backendRequests"], f"{name}: nothing is forwarded")

    failing([(400, {"error": "invalid_resource", "error_description": "AADSTS50001: unknown"})], imds, 1,
            "400 invalid_resource: AADSTS50001: unknown", "400")
    failing([(500, {"error": "unknown", "error_description": "directory"})], imds, 4, "500 unknown: directory", "500")
    failing([(200, "garbage")], imds, 1, "invalid response", "garbage")
    failing([(200, {"access_token": "", "expires_in": "1"})], imds, 1, "invalid response", "an empty token")
    failing([(404, "gone")], app_service, 1, "404", "App Service: 404 is final")
    failing([(0, "")], imds, 1, "not available", "a connection that breaks")
    failing([], {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1"}, 0, "not available", "nobody listens")
    service_fabric(run, failing, good)
    print("ok")


def service_fabric(run, failing, good):
    """Its endpoint has a certificate of its own making, which the thumbprint proves before the secret is sent."""
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                        "-subj", "/CN=somebody"], check=True, capture_output=True)
        with open(certificate, encoding="ascii") as file:
            thumbprint = hashlib.sha1(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest().upper()
        server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        backend = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        environment = {"IDENTITY_ENDPOINT": f"https://127.0.0.1:{server.server_address[1]}/msi/token", "IDENTITY_HEADER": "proof",
                       "IDENTITY_SERVER_THUMBPRINT": thumbprint}
        result, code, _, errors = run(backend.server_address[1], [(200, good)], environment)
        check(code == 0, f"Service Fabric: exit {code}: {errors} {result}")
        check(header(result, "Authorization") == "Bearer token-1", "Service Fabric: the backend gets the token")
        check(Peer.calls[0]["headers"].get("Secret") == "proof", "Service Fabric: its proof")
        check(Peer.calls[0]["query"]["api-version"] == ["2019-07-01-preview"], "Service Fabric: its version")
        other = {**environment, "IDENTITY_SERVER_THUMBPRINT": "00" * 20}
        failing([(200, good)], other, 0, "not available", "Service Fabric: another certificate")
        clear = {**environment, "IDENTITY_ENDPOINT": environment["IDENTITY_ENDPOINT"].replace("https", "http")}
        failing([(200, good)], clear, 0, "no https URL", "Service Fabric without TLS")


if __name__ == "__main__":
    main()
