#!/usr/bin/env python3
"""`portcullis run --live` against a TLS server that demands a client certificate."""
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORTCULLIS = os.environ["PORTCULLIS"]
KEYS = os.path.join(os.environ["SOURCE_DIR"], "tests", "policies", "keys")


class Peer(BaseHTTPRequestHandler):
    """Answers with the name in the client's certificate."""

    def do_GET(self):
        subject = dict(part[0] for part in self.connection.getpeercert()["subject"])
        body = subject["commonName"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # refused handshakes


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_server_certificate(folder):
    """For 127.0.0.1, signed by the tests' root."""
    key, request, extensions, certificate = (os.path.join(folder, name) for name in ("s.key", "s.csr", "s.ext", "s.crt"))
    with open(extensions, "w", encoding="ascii") as file:
        file.write("subjectAltName=IP:127.0.0.1\n")
    run("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server", "-keyout", key, "-out", request)
    run("openssl", "x509", "-req", "-in", request, "-CA", os.path.join(KEYS, "root.crt"), "-CAkey", os.path.join(KEYS, "root.key"),
        "-set_serial", "77", "-days", "30", "-extfile", extensions, "-out", certificate)
    return certificate, key


def start(folder):
    certificate, key = make_server_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(os.path.join(KEYS, "root.crt"))
    context.verify_mode = ssl.CERT_REQUIRED
    server = Server(("127.0.0.1", 0), Peer)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"https://127.0.0.1:{server.server_address[1]}"


def pem(*names):
    text = ""
    for name in names:
        with open(os.path.join(KEYS, name), encoding="ascii") as file:
            text += file.read()
    return text


def live(folder, inbound, url, trusts_server=True):
    scenario = {
        "scopes": {"api": f"<policies><inbound>{inbound}</inbound></policies>"},
        "service": {"certificates": {
            "good": pem("client.crt", "middle.crt", "client.key"),
            "stranger": pem("stranger.crt", "stranger.key"),
        }},
        "context": {"request": {"method": "GET", "url": url + "/a"}},
    }
    path = os.path.join(folder, "scenario.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(scenario, file)
    environment = dict(os.environ)
    environment.pop("SSL_CERT_FILE", None)
    if trusts_server:
        environment["SSL_CERT_FILE"] = os.path.join(KEYS, "root.crt")
    done = subprocess.run([PORTCULLIS, "run", "--scenario", path, "--live", "--json"], capture_output=True, text=True, timeout=60, env=environment)
    if not done.stdout:
        raise AssertionError(done.stderr)
    if "PRIVATE KEY" in done.stdout:
        raise AssertionError("the report shows a private key")
    return json.loads(done.stdout)["steps"][0]


FAILED = []


def check(name, condition, step):
    if not condition:
        FAILED.append(name)
        print(f"FAILED: {name}\n{json.dumps(step, indent=1)[:2000]}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        url = start(folder)
        step = live(folder, "", url)
        check("without a certificate the server refuses", step["response"]["status"] == 500 and step["lastError"]["reason"] == "BackendConnectionFailure", step)
        step = live(folder, '<authentication-certificate certificate-id="good" />', url)
        check("the certificate is presented with its chain", step["response"]["body"] == "meter-01", step)
        shown = step["backendRequests"][0].get("clientCertificate", "")
        check("the report shows the certificate", shown.startswith("-----BEGIN CERTIFICATE-----"), step)
        step = live(folder, '<authentication-certificate certificate-id="stranger" />', url)
        check("a certificate that the server does not trust is refused", step["response"]["status"] == 500, step)
        step = live(folder, '<authentication-certificate certificate-id="good" />', url, trusts_server=False)
        check("a server that nobody vouches for gets nothing", step["response"]["status"] == 500, step)
        call = ('<send-request mode="new" response-variable-name="r"><set-url>' + url + '/side</set-url>'
                '<authentication-certificate certificate-id="good" /></send-request>'
                '<return-response><set-body>@(((IResponse)context.Variables["r"]).Body.As&lt;string&gt;())</set-body></return-response>')
        step = live(folder, call, url)
        check("a side call presents its own", step["response"]["body"] == "meter-01", step)
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
