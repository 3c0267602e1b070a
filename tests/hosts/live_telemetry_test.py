#!/usr/bin/env python3
"""`portcullis run --live` against local servers that answer as Event Hubs, Service Bus, IMDS and an OTLP collector do, faults included."""
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlparse

PORTCULLIS = os.environ["PORTCULLIS"]


class Peer(BaseHTTPRequestHandler):
    """Answers by path from `script` (one entry a call, the last for ever): a status, 0 (closed connection), or seconds of silence as a float."""

    script = {}
    calls = []
    lock = threading.Lock()

    def do_GET(self):
        self.take(b"")

    def do_POST(self):
        self.take(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def take(self, body):
        url = urlparse(self.path)
        with Peer.lock:
            Peer.calls.append({"path": url.path, "query": parse_qs(url.query), "headers": dict(self.headers), "body": body.decode(), "port": self.client_address[1]})
            kind = next((name for name in Peer.script if url.path.startswith(name)), None)
            script = Peer.script.get(kind, [200])
            step = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(step, float):
            time.sleep(step)
            step = 201
        if step == 0:
            self.connection.close()
            return
        text = json.dumps(step) if isinstance(step, dict) else "{}"
        status = 200 if isinstance(step, dict) else step
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        try:
            self.wfile.write(text.encode())
        except OSError:
            pass

    def log_message(self, *_):
        pass


def check(condition, text):
    if not condition:
        print("FAILED:", text)
        sys.exit(1)


class Runner:
    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def run(self, inbound, script, loggers=None, options=(), count=1, environment=None):
        Peer.script, Peer.calls = {"/backend": [200], **script}, []
        scenario = {
            "scopes": {"api": f"<policies><inbound>{inbound}</inbound><backend><forward-request/></backend></policies>"},
            "context": {"request": {"method": "POST", "url": self.url + "/backend", "body": "x"}},
            "sequence": [{} for _ in range(count - 1)],
        }
        if loggers is not None:
            scenario["service"] = {"loggers": loggers}
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("IDENTITY_", "MSI_", "AZURE_", "IMDS_"))}
        clean["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = self.url
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "scenario.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(scenario, file)
            began = time.monotonic()
            done = subprocess.run([PORTCULLIS, "run", "--scenario", path, "--live", "--json", *[o.replace("@", folder + "/") for o in options]],
                                  env={**clean, **(environment or {})}, capture_output=True, text=True, timeout=120, check=False)
            files = {}
            for name in os.listdir(folder):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    files[name] = file.read()
        lines = done.stdout.splitlines()
        result = next((json.loads(line) for line in lines if line.startswith('{"loadErrors"')), None)
        return {"result": result, "code": done.returncode, "time": time.monotonic() - began, "err": done.stderr, "out": done.stdout, "files": files}

    def connection(self):
        return f"Endpoint={self.url}/;SharedAccessKeyName=send only;SharedAccessKey=c2VjcmV0PQ==;EntityPath=usage"


def sent(path):
    return [call for call in Peer.calls if call["path"].startswith(path)]


def events(calls):
    """What was sent, from single events and batches."""
    return [event for call in calls for event in ([item["Body"] for item in json.loads(call["body"])] if "json" in call["headers"]["Content-Type"] else [call["body"]])]


TOKEN = {"access_token": "token-1", "expires_in": "86399", "expires_on": str(int(time.time()) + 86399), "token_type": "Bearer"}
LOG = '<log-to-eventhub logger-id="hub">@("m-" + context.Request.Method)</log-to-eventhub>'


def event_hubs(runner):
    by_key = {"hub": {"loggerType": "azureEventHub", "credentials": {"name": "usage", "connectionString": runner.connection()}}}
    by_identity = {"hub": {"loggerType": "azureEventHub", "credentials": {"name": "usage", "endpointAddress": runner.url, "identityClientId": "SystemAssigned"}}}

    done = runner.run(LOG, {"/usage": [201]}, by_key)
    check(done["code"] == 0, f"a key: exit {done['code']}: {done['err']}")
    calls = sent("/usage")
    check(len(calls) == 1 and calls[0]["body"] == "m-POST" and calls[0]["path"] == "/usage/messages", f"a key: {calls}")
    signature = calls[0]["headers"]["Authorization"]
    check(signature.startswith("SharedAccessSignature "), "a key: signature")
    parts = dict(part.split("=", 1) for part in signature.split(" ", 1)[1].split("&"))
    check(unquote(parts["sr"]) == runner.url + "/usage", f"a key: resource {parts['sr']}")
    check(unquote(parts["skn"]) == "send only", "a key: its name")
    check(0 < int(parts["se"]) - time.time() < 3600, "a key: expiry")
    wanted = base64.b64encode(hmac.new(b"c2VjcmV0PQ==", (quote(runner.url + "/usage", safe="") + "\n" + parts["se"]).encode(), hashlib.sha256).digest()).decode()
    check(unquote(parts["sig"]) == wanted, "a key: HMAC-SHA256")

    done = runner.run(LOG, {"/usage": [201], "/metadata": [TOKEN]}, by_identity, count=3)
    calls = sent("/usage")
    check(len(events(calls)) == 3 and all(c["headers"]["Authorization"] == "Bearer token-1" for c in calls), f"an identity: {calls}")
    tokens = sent("/metadata")
    check(len(tokens) == 1 and tokens[0]["query"]["resource"] == ["https://eventhubs.azure.net"], f"an identity: one token {tokens}")

    runner.run('<log-to-eventhub logger-id="hub" partition-id="7">a</log-to-eventhub><log-to-eventhub logger-id="hub" partition-key="@("k\\r\\n\\"é")">b</log-to-eventhub>',
               {"/usage": [201]}, by_key)
    calls = sent("/usage")
    check(calls[0]["path"] == "/usage/partitions/7/messages" and calls[0]["body"] == "a", "a partition's id")
    check(json.loads(calls[1]["headers"]["BrokerProperties"]) == {"PartitionKey": 'k\r\n"é'}, "a partition's key")

    done = runner.run(LOG, {"/usage": [500, 429, 201]}, by_key)
    check(len(sent("/usage")) == 3 and done["code"] == 0 and "were not sent" not in done["err"], "500 and 429 are tried again")
    done = runner.run(LOG, {"/usage": [401]}, by_key)
    check(len(sent("/usage")) == 1 and "1 events were not sent: logger hub: Event Hubs answered 401" in done["err"], f"401 is final: {done['err']}")
    check(done["code"] == 0, "401: the request does not know")
    done = runner.run(LOG, {"/usage": [401, 201], "/metadata": [TOKEN]}, by_identity)
    check(len(sent("/usage")) == 2 and len(sent("/metadata")) == 2, "a refused token is fetched anew")
    done = runner.run(LOG, {"/usage": [0]}, by_key)
    check(done["code"] == 0 and "1 events were not sent" in done["err"], f"a closed connection: {done['err']}")
    done = runner.run(LOG, {"/usage": [201], "/metadata": [400]}, by_identity)
    check(done["code"] == 0 and "no access token" in done["err"] and not sent("/usage"), f"no token: {done['err']}")
    # The request is over long before the hub answers; the end waits for a short while only.
    done = runner.run(LOG, {"/usage": [30.0]}, by_key)
    check(done["code"] == 0 and done["result"]["steps"][0]["elapsedMs"] < 2000, f"slow: the request waits {done['result']['steps'][0]['elapsedMs']}")
    check(done["time"] < 10, f"slow: the end waits {done['time']}")
    check("were not sent" in done["err"], f"slow: {done['err']}")
    # Nothing grows without bound: more than the queue holds, while the first is under way.
    big = LOG.replace('@("m-" + context.Request.Method)', '@((string)context.Variables["big"])')
    loop = """<set-variable name="big" value="@(new string('a', 200000))" /><retry condition="@(true)" count="40" interval="0">""" + big * 5 + "</retry>"
    done = runner.run(loop, {"/usage": [30.0]}, by_key)
    check("events were dropped" in done["err"] and done["code"] == 0, f"full: {done['err']} {done['code']}")

    # What waits behind a slow call goes out together, in order, on the connection that is there.
    Peer.protocol_version = "HTTP/1.1"
    numbered = "".join(f'<log-to-eventhub logger-id="hub">{i}</log-to-eventhub>' for i in range(250))
    runner.run(numbered, {"/usage": [0.3, 201]}, by_key)
    calls = sent("/usage")
    check(events(calls) == [str(i) for i in range(250)] and 3 <= len(calls) < 50, f"a batch: {calls}")
    check(len({call["port"] for call in calls}) == 1, f"one connection: {calls}")
    Peer.protocol_version = "HTTP/1.0"

    done = runner.run(LOG, {}, {"hub": {}})
    lines = [json.loads(line) for line in done["err"].splitlines() if line.startswith("{")]
    check(lines == [{"policy": "log-to-eventhub", "logger": "hub", "content": "m-POST"}], f"no endpoint: {done['err']}")
    check("has no endpoint here: its events are written as JSON lines to standard error" in done["err"], f"no endpoint is said: {done['err']}")
    done = runner.run(LOG, {}, None, ["--messages", "@lines.json"], count=2)
    check(len(done["files"]["lines.json"].splitlines()) == 2, f"a file: {done}")
    done = runner.run(LOG, {}, {"other": {}})
    check(done["code"] == 1 and done["result"]["loadErrors"][0]["code"] == "PC2034", f"an unknown logger: {done['out']}")
    done = runner.run(LOG, {}, {"hub": {"credentials": {"connectionString": "Endpoint=sb://x/"}}})
    check(done["code"] == 2 and "lacks Endpoint, SharedAccessKeyName or SharedAccessKey" in done["err"], f"half a connection string: {done['err']}")


MESSAGE = ('<send-service-bus-message queue-name="shop/orders" namespace="shop.servicebus.windows.net"><message-properties>'
           '<message-property name="api">say "hi" é</message-property></message-properties><payload>payload</payload></send-service-bus-message>')


def service_bus(runner):
    options = ["--service-bus", runner.url]
    done = runner.run(MESSAGE, {"/shop": [201], "/metadata": [TOKEN]}, options=options)
    check(done["code"] == 0, f"a message: {done['err']} {done['out']}")
    call = sent("/shop")[0]
    check(call["path"] == "/shop/orders/messages" and call["body"] == "payload", f"a message: {call}")
    check(call["headers"]["Authorization"] == "Bearer token-1", "a message: its token")
    check(json.loads(call["headers"]["api"]) == 'say "hi" é', f"a message: properties are quoted {call['headers']['api']}")
    check(sent("/metadata")[0]["query"]["resource"] == ["https://servicebus.azure.net"], "a message: the token's resource")

    def failing(script, wanted, name, policy=MESSAGE):
        done = runner.run(policy, {"/metadata": [TOKEN], **script}, options=options)
        error = done["result"]["steps"][0]["lastError"]
        check(done["code"] == 1 and error["source"] == "send-service-bus-message" and wanted in error["message"], f"{name}: {error}")
        check(done["result"]["steps"][0]["response"]["status"] == 500 and not sent("/backend"), f"{name}: the caller gets 500")

    failing({"/shop": [401]}, "Service Bus answered 401", "401")
    failing({"/shop": [500]}, "Service Bus answered 500", "500")
    failing({"/shop": [0]}, "", "a closed connection")
    failing({"/shop": [201], "/metadata": [400]}, "no access token", "no token")
    failing({"/shop": [201]}, "cannot be sent: over HTTPS its name is a header's", "a property named as a header", MESSAGE.replace('name="api"', 'name="content-length"'))
    failing({"/shop": [201]}, "is no name of a queue", "a level that climbs", MESSAGE.replace("shop/orders", "shop/../x"))
    done = runner.run(MESSAGE.replace("shop.servicebus.windows.net", "a/b@c"), {"/metadata": [TOKEN]})
    check("is no host name" in done["result"]["steps"][0]["lastError"]["message"], f"a namespace that is no host: {done['out']}")
    done = runner.run(MESSAGE.replace(' namespace="shop.servicebus.windows.net"', ""), {}, options=["--messages", "@lines.json"])
    check(done["code"] == 0 and json.loads(done["files"]["lines.json"])["queue"] == "shop/orders", f"no namespace: {done}")


METRIC = '<emit-metric name="calls" namespace="shop" value="2.5"><dimension name="team" value="a&quot;b" /></emit-metric>'


def metrics(runner):
    done = runner.run(METRIC, {"/v1": [200]}, options=["--otlp", runner.url, "--metrics", "@metrics.txt"], count=2)
    check(done["code"] == 0, f"metrics: {done['err']}")
    text = done["files"]["metrics.txt"]
    check('shop_calls_sum{team="a\\"b"} 5\n' in text and 'shop_calls_count{team="a\\"b"} 2\n' in text, f"Prometheus: {text}")
    check('API_Management_Requests_sum{Status="200"} 2\n' in text, f"Prometheus, requests: {text}")
    check("# TYPE API_Management_DurationInMS histogram\n" in text and 'le="+Inf"} 2\n' in text, f"Prometheus, durations: {text}")
    check("API_Management_BackendDurationInMS_count" in text, f"Prometheus, the backend: {text}")
    call = sent("/v1/metrics")[0]
    check(call["headers"]["Content-Type"] == "application/json", "OTLP: JSON")
    resource = json.loads(call["body"])["resourceMetrics"][0]
    check(resource["resource"]["attributes"][0] == {"key": "service.name", "value": {"stringValue": "portcullis"}}, f"OTLP: {resource}")
    shop = next(scope for scope in resource["scopeMetrics"] if scope["scope"]["name"] == "shop")["metrics"][0]
    point = shop["histogram"]["dataPoints"][0]
    check(shop["name"] == "calls" and point["count"] == "2" and point["sum"] == 5 and point["bucketCounts"] == ["2"], f"OTLP: {shop}")
    check(point["attributes"] == [{"key": "team", "value": {"stringValue": 'a"b'}}], f"OTLP: {point}")
    check(shop["histogram"]["aggregationTemporality"] == 2, "OTLP: cumulative")

    check("# TYPE API_Management_ClientDurationInMS histogram\n" in text, f"Prometheus, the caller: {text}")
    traces = json.loads(sent("/v1/traces")[0]["body"])["resourceSpans"][0]["scopeSpans"][0]["spans"]
    roots = [span for span in traces if span["kind"] == 2]
    check(len(roots) == 2 and roots[0]["traceId"] != roots[1]["traceId"], f"traces: {traces}")
    steps = [span for span in traces if span.get("parentSpanId") == roots[0]["spanId"]]
    check([span["name"] for span in steps] == ["emit-metric", "forward-request"] and steps[1]["kind"] == 3, f"traces, steps: {steps}")
    check(all(span["traceId"] == roots[0]["traceId"] for span in steps), f"traces, ids: {steps}")
    for span in traces:
        check(int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]), f"traces, times: {span}")
    begin, end = int(roots[0]["startTimeUnixNano"]), int(roots[0]["endTimeUnixNano"])
    check(abs(end / 1e9 - time.time()) < 60 and begin <= int(steps[1]["startTimeUnixNano"]) <= int(steps[1]["endTimeUnixNano"]) <= end + 2_000_000, f"traces: {roots[0]} {steps[1]}")
    values = {pair["key"]: pair["value"] for pair in roots[0]["attributes"]}
    check(values["http.response.status_code"] == {"intValue": "200"} and values["http.request.method"] == {"stringValue": "POST"}, f"traces: {values}")

    done = runner.run('<set-request-metric-dimension-value name="team" value="a" />', {}, options=["--metrics", "-"])
    check('API_Management_Requests_sum{team="a"} 1\n' in done["out"] and 'Requests_sum{Status' not in done["out"], f"a request's dimension: {done['out']}")
    for step, wanted in ((500, "the collector answered 500"), (401, "answered 401"), (0, "--otlp: "), ({"partialSuccess": {"rejectedDataPoints": "3"}}, "refused 3 points")):
        done = runner.run(METRIC, {"/v1": [step]}, options=["--otlp", runner.url + "/v1/metrics"])
        check(done["code"] == 2 and wanted in done["err"], f"OTLP {step}: {done['code']} {done['err']}")
        check(done["result"]["steps"][0]["response"]["status"] == 200, f"OTLP {step}: the request does not know")
    done = runner.run(METRIC, {"/v1/metrics": [200], "/v1/traces": [500]}, options=["--otlp", runner.url])
    check(done["code"] == 2 and "the collector answered 500" in done["err"], f"OTLP, traces: {done['err']}")
    done = runner.run(METRIC, {"/v1": [200]}, options=["--otlp", runner.url + "/v1/metrics"])
    check(not sent("/v1/traces"), "OTLP: a path of its own is for metrics only")
    done = runner.run(METRIC, {}, options=["--metrics", "/nonexistent/x"])
    check(done["code"] == 2 and "cannot write /nonexistent/x" in done["err"], "a file that cannot be written")


def dapr(runner):
    port = runner.url.rsplit(":", 1)[1]
    Peer.script, Peer.calls = {"/v1.0": [204]}, []
    scenario = {
        "scopes": {"api": '<policies><inbound><publish-to-dapr pubsub-name="bus" topic="t">{"a":1}</publish-to-dapr>'
                          '<invoke-dapr-binding name="b"><data>1</data></invoke-dapr-binding><return-response /></inbound></policies>'},
        "context": {"request": {"method": "GET", "url": "http://x/"}, "deployment": {"daprPort": int(port)}},
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(scenario, file)
        file.flush()
        done = subprocess.run([PORTCULLIS, "run", "--scenario", file.name, "--live", "--json"], capture_output=True, text=True, timeout=60, check=False)
    check(done.returncode == 0, f"Dapr: {done.stderr} {done.stdout}")
    check([(c["path"], c["body"]) for c in Peer.calls] == [("/v1.0/publish/bus/t", '{"a":1}'), ("/v1.0/bindings/b", '{"data":1,"operation":"create"}')], f"Dapr: {Peer.calls}")


def main():
    runner = Runner()
    event_hubs(runner)
    service_bus(runner)
    metrics(runner)
    dapr(runner)
    print("ok")


if __name__ == "__main__":
    main()
