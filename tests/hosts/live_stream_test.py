#!/usr/bin/env python3
"""`portcullis run --live` with an answer that streams: passed as it comes, checked by llm-content-safety on its way, cut where a policy or the
backend ends it. The backend and the safety service are local servers."""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORTCULLIS = os.environ["PORTCULLIS"]


class Peer(BaseHTTPRequestHandler):
    """/chat streams `pieces` with `pause` seconds between them; the safety service finds hate where the text says so; IMDS gives a token."""

    pieces = []
    pause = 0.0
    breaks = False
    chunked = True
    judged = []
    closed_early = threading.Event()

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer({"access_token": "t", "expires_in": 3600, "expires_on": str(int(time.time()) + 3600), "token_type": "Bearer", "resource": "r"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "contentsafety" in self.path:
            text = json.loads(body)["text"]
            Peer.judged.append(text)
            self.answer({"categoriesAnalysis": [{"category": "Hate", "severity": 6 if "hate" in text else 0}]})
            return
        self.protocol_version = "HTTP/1.1"
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for piece in Peer.pieces:
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                self.wfile.flush()
                time.sleep(Peer.pause)
            if not Peer.breaks:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            Peer.closed_early.set()
        self.close_connection = True

    def answer(self, value):
        text = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def check(condition, text):
    if not condition:
        print("FAILED:", text)
        sys.exit(1)


def event(text):
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}, ensure_ascii=False).encode() + b"\n\n"


USAGE = b'data: {"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 6, "total_tokens": 10}}\n\n'
DONE = b"data: [DONE]\n\n"
COUNTED = '<llm-token-limit counter-key="k" tokens-per-minute="1000" /><llm-emit-token-metric><dimension name="API ID" /></llm-emit-token-metric>'
SAFE = ('<llm-content-safety backend-id="safety" window-size="20"><categories><category name="Hate" threshold="4" /></categories>'
        "</llm-content-safety>")

server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
URL = f"http://127.0.0.1:{server.server_address[1]}"
folder = tempfile.mkdtemp()


def start(inbound="", outbound="", as_json=True):
    body = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hello"}]})
    scenario = {
        "scopes": {"api": f"<policies><inbound>{inbound}</inbound><backend><forward-request/></backend><outbound>{outbound}</outbound></policies>"},
        "service": {"backends": {"safety": {"url": URL}}},
        "context": {"request": {"method": "POST", "url": URL + "/chat/completions", "headers": {"Content-Type": "application/json"}, "body": body}},
    }
    path = os.path.join(folder, "scenario.json")
    with open(path, "w") as file:
        json.dump(scenario, file)
    Peer.judged.clear()
    Peer.closed_early.clear()
    environment = {**os.environ, "IDENTITY_ENDPOINT": URL + "/token", "IDENTITY_HEADER": "h"}
    arguments = [PORTCULLIS, "run", "--scenario", path, "--live"] + (["--json"] if as_json else [])
    return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run(inbound="", outbound=""):
    out, errors = start(inbound, outbound).communicate(timeout=60)
    check(out, errors.decode())
    return json.loads(out)["steps"][0]


def tokens(step):
    return {sample["name"]: sample["value"] for sample in step["metrics"]}


def split(data):
    return [data[i:i + 1] for i in range(len(data))]


# Every byte by itself: the same comes out, and is counted.
whole = event("Grüße ") + event("dir") + USAGE + DONE
Peer.pieces = split(whole)
step = run(COUNTED)
check(step["response"]["body"] == whole.decode(), step["response"])
check(tokens(step)["Total Tokens"] == 10, step["metrics"])
check("cut" not in step["response"] and "broken" not in step["response"], step["response"])

# The same past llm-content-safety, which asks its service about all of the text.
step = run(COUNTED, SAFE)
check(step["response"]["body"] == whole.decode(), step["response"])
check("Grüße dir" in "".join(Peer.judged), Peer.judged)

# It comes when it is sent, not when all is there.
Peer.pieces, Peer.pause = [event("first"), event("second"), DONE], 1.0
process = start(COUNTED, as_json=False)
begin = time.monotonic()
line = process.stdout.readline()
check(b"first" in line, line)
check(time.monotonic() - begin < 1.8, f"the first event took {time.monotonic() - begin} s")
rest = process.communicate(timeout=60)[0]
check(b"second" in rest and b"[DONE]" in rest and b"200 OK" in rest, rest)

# What is not to be said is held back, the stream ends there, and the backend is not read to its end.
good, bad = [event("All is well today."), event("Really well.")], [event("I hate it all, really."), event("after that")]
Peer.pieces, Peer.pause = good + bad + [event("x" * 100)] * 200, 0.02
step = run(COUNTED, SAFE)
body = step["response"]["body"]
check(step["response"].get("cut") is True, step["response"])
check("All is well today." in body and "hate" not in body and "after" not in body and "[DONE]" not in body, body)
check(Peer.closed_early.wait(10), "the backend was read on")

# The backend breaks off: what came is passed on, what was reserved is settled with an estimate.
Peer.pieces, Peer.pause, Peer.breaks = [event("half a th")], 0.0, True
step = run(COUNTED)
check(step["response"].get("broken") is True and "half a th" in step["response"]["body"], step["response"])
check(tokens(step)["Completion Tokens"] == 3, step["metrics"])
# In the middle of an event, within a character.
Peer.pieces = [event("one"), event("Grüße")[:-12]]
step = run(COUNTED)
check(step["response"].get("broken") is True and tokens(step)["Completion Tokens"] >= 1, step)
Peer.breaks = False

# A policy that reads the body gets all of it; one that broke off is a failure.
Peer.pieces = split(whole)
READS = '<set-header name="x-size"><value>@(context.Response.Body.As&lt;string&gt;(true).Length.ToString())</value></set-header>'
step = run("", READS)
check(["x-size", str(len(whole.decode()))] in step["response"]["headers"] and step["response"]["body"] == whole.decode(), step["response"])
Peer.pieces, Peer.breaks = [event("one")], True
step = run("", READS)
check(step["lastError"] is not None, step["response"])
Peer.breaks = False

# A long stream: what a report shows is bounded, what is counted is not.
Peer.pieces = [event("y" * 65536)] * 300 + [USAGE, DONE]
step = run(COUNTED)
check(step["response"].get("shortened") is True and len(step["response"]["body"]) == 16 << 20, len(step["response"]["body"]))
check(tokens(step)["Total Tokens"] == 10, step["metrics"])
print("passed")
