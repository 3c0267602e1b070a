#!/usr/bin/env python3
"""`portcullis run --live` with a synthetic GraphQL API: sql-data-source on a file of SQLite, http-data-source on a local server."""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORTCULLIS = os.environ["PORTCULLIS"]
SCHEMA = """type Query { user(name: String!): User users: [User] }
type Mutation { add(name: String!): User }
type Subscription { added: User }
type User { id: ID! name: String score: Int }"""
DOCUMENT = "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>"
HOSTILE = "x'); DROP TABLE u; --"


class Scores(BaseHTTPRequestHandler):
    """Answers with the number at the end of the path, times ten."""

    def do_GET(self):
        data = str(int(self.path.rsplit("/", 1)[1]) * 10).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def sql(path, statement, parameters="", single="true", response=""):
    return f"""<sql-data-source>
  <connection-info><connection-string>sqlite:{path}</connection-string></connection-info>
  <request single-result="{single}"><sql-statement>{statement}</sql-statement>{parameters}</request>{response}
</sql-data-source>"""


NAME = '<parameters><parameter name="@name">@(context.GraphQL.Arguments["name"])</parameter></parameters>'
ITEMS = '<response><set-body>@(context.Response.Body.As<JObject>()["items"].ToString())</set-body></response>'
EVENT = '<response><publish-event><targets><graphql-subscription id="added" /></targets></publish-event></response>'


def ask(folder, database, port, query, variables=None):
    """The step of one request."""
    scenario = {
        "scopes": {"api": DOCUMENT},
        "service": {"graphql": SCHEMA},
        "resolvers": {
            "Query/user": sql(database, "SELECT id, name FROM u WHERE name = @name", NAME),
            "Query/users": sql(database, "SELECT id, name FROM u ORDER BY id", "", "false", ITEMS),
            "Mutation/add": sql(database, "INSERT INTO u (name) VALUES (@name); SELECT id, name FROM u WHERE name = @name",
                                NAME, "true", EVENT),
            "User/score": f"""<http-data-source><http-request><set-method>GET</set-method>
              <set-url>@($"http://127.0.0.1:{port}/{{context.GraphQL.Parent["id"]}}")</set-url></http-request></http-data-source>""",
        },
        "context": {"request": {"method": "POST", "url": "https://gw.example/graphql",
                                "headers": {"Content-Type": "application/json"},
                                "body": json.dumps({"query": query, "variables": variables})}},
    }
    path = os.path.join(folder, "scenario.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(scenario, file)
    done = subprocess.run([PORTCULLIS, "run", "--scenario", path, "--live", "--json"], capture_output=True, text=True,
                          timeout=60, check=False)
    try:
        return json.loads(done.stdout)["steps"][0]
    except (ValueError, IndexError, KeyError):
        sys.exit(f"the command printed {done.stdout!r}\n{done.stderr}")


def expect(what, step, body):
    answer = step["response"]["body"]
    answer = json.loads(answer) if isinstance(answer, str) else answer
    if answer != body:
        sys.exit(f"{what}: expected {body}, got {answer}\n{json.dumps(step['traces'], indent=1)}")
    print(f"ok: {what}")


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scores)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "u.db")
        with sqlite3.connect(database) as connection:
            connection.executescript("CREATE TABLE u (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO u (name) VALUES ('Ann'), ('Bo');")
        step = ask(folder, database, port, "{ users { id name score } }")
        expect("rows, and a call for each", step,
               {"data": {"users": [{"id": "1", "name": "Ann", "score": 10}, {"id": "2", "name": "Bo", "score": 20}]}})
        step = ask(folder, database, port, "query($n: String!) { user(name: $n) { id } }", {"n": "' OR '1'='1"})
        expect("a hostile value finds nothing", step, {"data": {"user": None}})
        step = ask(folder, database, port, "mutation($n: String!) { add(name: $n) { id name } }", {"n": HOSTILE})
        expect("a hostile value is stored as it is", step, {"data": {"add": {"id": "3", "name": HOSTILE}}})
        if step.get("subscriptionEvents") != [{"field": "added", "data": {"id": 3, "name": HOSTILE}}]:
            sys.exit(f"the event is {step.get('subscriptionEvents')}")
        step = ask(folder, database, port, "{ users { id } }")
        expect("the table is still there", step, {"data": {"users": [{"id": "1"}, {"id": "2"}, {"id": "3"}]}})
    step = ask(tempfile.gettempdir(), "/tmp/there-is-no-such-database", port, "{ user(name: \"a\") { id } }")
    expect("a database that is not there fails the field", step,
           {"errors": [{"message": "The resolver of `Query.user` failed.", "locations": [{"line": 1, "column": 3}], "path": ["user"]}],
            "data": {"user": None}})


main()
