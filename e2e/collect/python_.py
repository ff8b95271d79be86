"""Sends a job's calls with one of the clients for Python, and prints which of them it gave up: {mark: error}.

python_.py CLIENT JOB, where the job is {host, key, person, calls: [[type, mark], …], pace_ms}.
"""

import importlib
import json
import sys
import time

MODULES = {"segment-analytics-python": "segment.analytics", "rudder-sdk-python": "rudderstack.analytics"}


def call(client, person, type, mark):
    of = {"user_id": person["userId"], "anonymous_id": person["anonymousId"]}
    if type == "track":
        client.track(**of, event=mark, properties={"total": 12.5})
    elif type in ("page", "screen"):
        getattr(client, type)(**of, name=mark, properties={"path": "/books"})
    elif type == "identify":
        client.identify(user_id=mark, anonymous_id=of["anonymous_id"],
                        traits={"email": f"{mark}@reader.example", "firstName": "Ottoline"})
    elif type == "group":
        client.group(**of, group_id=mark, traits={"name": "The Tuesday Readers"})
    else:
        client.alias(previous_id=mark, user_id=of["user_id"])


def mark_of(message):
    return next(filter(None, map(message.get, ("event", "name", "groupId", "previousId", "userId"))))


def main():
    job, lost = json.loads(sys.argv[2]), {}

    def on_error(error, batch):
        lost.update({mark_of(message): str(error) for message in batch})

    client = importlib.import_module(MODULES[sys.argv[1]]).Client(
        job["key"], host=job["host"], on_error=on_error, max_retries=30, upload_size=20, upload_interval=0.2)
    for type, mark in job["calls"]:
        call(client, job["person"], type, mark)
        time.sleep(job["pace_ms"] / 1000)
    client.flush()
    client.join()
    print(json.dumps(lost))


main()
