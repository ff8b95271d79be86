"""Fides as a merchant would set it up: what it is told, what it is asked, and what it answers.

What the data is for, for whom and how long is pushed from `declared/` with Fides's own command; the tables, where packages
go and what a request covers are set by its API, as is every request.
"""

import http.client
import json
import subprocess
import time
import urllib.parse

import people

POLICIES = {"access_page": "html", "access_data": "json"}


class Peer:
    def __init__(self, servers):
        self.servers = servers
        self.packages = servers.folder / "fides_uploads"
        self.token = None

    def prepare(self, files, declared):
        self.tables(files)
        self.sign_in()
        home = self.servers.environment() | {"HOME": str(self.servers.folder)}
        word = f"Study-{self.servers.words['root']}!"
        for command in (["user", "login", "-u", "root_user", "-p", word], ["push", str(declared)]):
            subprocess.run([self.servers.bin / "fides", *command], check=True, env=home, cwd=self.servers.folder, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        self.connect()
        for key, form in POLICIES.items():
            self.policy(key, form)

    def tables(self, files):
        for name, columns in people.COLUMNS.items():
            meant = ", ".join(f"{column} text{' primary key' if column == people.KEYS[name] else ''}" for column in columns)
            self.servers.psql("shop", f"create table {name} ({meant});", check=True)
            self.servers.psql("shop", f"\\copy {name} from '{files / name}.csv' csv header", check=True)
        self.servers.psql("shop", "create index on customers (email); create index on newsletter (email); create index on orders (customer_id);"
                          "analyze;", check=True)

    def sign_in(self):
        form = urllib.parse.urlencode({"client_id": "study", "client_secret": self.servers.words["client"], "grant_type": "client_credentials"})
        status, told = self.ask("POST", "/oauth/token", form, "application/x-www-form-urlencoded")
        if status != 200:
            raise RuntimeError(f"Fides gives no token: {status} {told}")
        self.token = told["access_token"]

    def ask(self, method, path, body=None, kind="application/json"):
        """The status and the JSON that Fides answers with."""
        connection = http.client.HTTPConnection("127.0.0.1", self.servers.ports["fides"], timeout=120)
        headers = {"content-type": kind} | ({"authorization": f"Bearer {self.token}"} if self.token else {})
        connection.request(method, f"/api/v1{path}", body if body is None or isinstance(body, str) else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, text

    def sure(self, method, path, body=None):
        """What Fides answers, which must not be that something failed."""
        status, told = self.ask(method, path, body)
        if status >= 300 or (isinstance(told, dict) and told.get("failed")):
            raise RuntimeError(f"Fides refuses {method} {path}: {status} {told}")
        return told

    def connect(self):
        self.sure("PATCH", "/connection", [{"key": "shop", "name": "Shop", "connection_type": "postgres", "access": "write"}])
        self.sure("PUT", "/connection/shop/secret?verify=true", {
            "host": "127.0.0.1", "port": self.servers.ports["postgres"], "dbname": "shop", "username": "postgres",
            "password": self.servers.words["postgres"]})
        self.sure("PATCH", "/connection/shop/datasetconfig", [{"fides_key": "shop", "ctl_dataset_fides_key": "shop"}])

    def policy(self, key, form):
        self.sure("PATCH", "/storage/config", [{"key": f"{key}_files", "name": key, "type": "local", "details": {"naming": "request_id"},
                                                "format": form}])
        self.sure("PATCH", "/dsr/policy", [{"key": key, "name": key, "execution_timeframe": 30}])
        self.sure("PATCH", f"/dsr/policy/{key}/rule", [{"key": f"{key}_rule", "name": f"{key} rule", "action_type": "access",
                                                        "storage_destination_key": f"{key}_files"}])
        self.sure("PATCH", f"/dsr/policy/{key}/rule/{key}_rule/target", [{"key": f"{key}_target", "name": f"{key} target", "data_category": "user"}])

    def access(self, email, policy):
        """Where the package made for an address lies, the seconds from the request to the file, and the request's number."""
        begun = time.monotonic()
        number = self.request(email, policy)
        path = self.packages / f"{number}.{'json' if POLICIES[policy] == 'json' else 'zip'}"
        while not path.exists() or not path.stat().st_size:
            if time.monotonic() - begun > 300:
                raise RuntimeError(f"no package of {number}: {self.state(number)}")
            time.sleep(0.002)
        return path, time.monotonic() - begun, number

    def request(self, email, policy):
        return self.sure("POST", "/privacy-request", [{"identity": {"email": email}, "policy_key": policy}])["succeeded"][0]["id"]

    def state(self, number):
        return self.servers.psql("fides", f"select status from privacyrequest where id = '{number}'").strip()

    def finish(self, number):
        end = time.monotonic() + 300
        while (state := self.state(number)) != "complete":
            if state == "error" or time.monotonic() > end:
                raise RuntimeError(f"{number} ended as {state}")
            time.sleep(0.05)

    def clock(self, number):
        """The seconds that Fides itself notes, from the request to its end."""
        return float(self.servers.psql("fides", "select extract(epoch from finished_processing_at - created_at)"
                                                f" from privacyrequest where id = '{number}'"))

    def requests(self, emails, policy):
        """Several requests in one call, which the API takes up to fifty of."""
        wanted = [{"identity": {"email": email}, "policy_key": policy} for email in emails]
        return [one["id"] for one in self.sure("POST", "/privacy-request", wanted)["succeeded"]]

    def messages(self):
        """What Fides writes to a person before and with the package, as it comes."""
        told = [self.sure("GET", f"/messaging/templates/default/privacy_request_{kind}") for kind in
                ("receipt", "review_approve", "complete_access")]
        return " ".join(one["content"]["body"] for one in told)

    def rights(self, theirs, person, couple):
        """What Fides answers to whoever wants a correction, a notice, an erasure."""
        self.sure("PATCH", "/dsr/policy", [{"key": "correction", "name": "Correction"}])
        rule = self.sure_failed("PATCH", "/dsr/policy/correction/rule", [{"key": "correction_rule", "name": "Correction rule", "action_type": "update"}])
        email = theirs[person]["customers"][0]["email"]
        number = self.request(email, "correction")
        return {"correction": {"rule": rule, "request_without_a_rule": self.ended(number)},
                "notice": "GET /privacy-notice: {} {}".format(*self.ask("GET", "/privacy-notice")),
                "erasure": self.erasure(theirs[person], email) | self.of_one(theirs, couple)}

    def sure_failed(self, method, path, body):
        _, told = self.ask(method, path, body)
        return [one["message"] for one in told["failed"]]

    def ended(self, number):
        """How a request ended, and what Fides notes of it."""
        end = time.monotonic() + 60
        while (state := self.state(number)) not in ("complete", "error") and time.monotonic() < end:
            time.sleep(0.1)
        why = self.servers.psql("fides", f"select message from executionlog where privacy_request_id = '{number}' and status = 'error'").strip()
        return {"state": state, "why": why}

    def erasure(self, held, email):
        """The policy that Fides ships, for somebody with rows in each table: which columns are another value afterwards, and which are as before."""
        before = {name: self.dump(name) for name in held}
        begun = time.monotonic()
        self.finish(self.request(email, "default_erasure_policy"))
        took = time.monotonic() - begun
        changed, kept = [], []
        for name, rows in held.items():
            new = [line.split("|") for line in self.dump(name) - before[name]]
            for at, column in enumerate(people.COLUMNS[name]):
                is_kept = not new or {line[at] for line in new} & {row[column] for row in rows}
                (kept if is_kept else changed).append(f"{name}.{column}")
        return {"wall_s": round(took, 2), "changed": changed, "as_before": kept}

    def of_one(self, theirs, couple):
        """Whether the other one of a couple is erased with the one who asks, by the address that they share."""
        first, second = (theirs[person]["customers"][0] for person in couple)
        self.finish(self.request(first["email"], "default_erasure_policy"))
        return {"takes_the_other_of_a_couple_along": not self.servers.psql("shop", f"select 1 from customers where phone = '{second['phone']}'"
                                                                   f" and first_name = '{second['first_name']}'")}

    def dump(self, table):
        return set(self.servers.psql("shop", f"select * from {table}").splitlines())
