// Sends a job's calls with one of the clients for Node.js, and prints what each of them was told: {mark: error or null}.
// node.js CLIENT JOB, where the job is {host, key, person, calls: [[type, mark], …], pace_ms}.
"use strict";

const CLIENTS = {
  "@segment/analytics-node": ({ key, host }) => {
    const { Analytics } = require("@segment/analytics-node");
    const client = new Analytics({ writeKey: key, host, flushAt: 20, flushInterval: 500, maxRetries: 30 });
    return [client, () => client.closeAndFlush({ timeout: 120000 })];
  },
  "@rudderstack/rudder-sdk-node": ({ key, host }) => {
    const Rudder = require("@rudderstack/rudder-sdk-node");
    const client = new Rudder(key, {
      dataPlaneUrl: host, flushAt: 20, flushInterval: 500, retryCount: 12, logLevel: "silly", errorHandler: () => {},
    });
    return [client, () => emptied(client)];
  },
  "analytics-node": ({ key, host }) => {
    const Analytics = require("analytics-node");
    const client = new Analytics(key, { host, flushAt: 20, flushInterval: 500, retryCount: 12, errorHandler: () => {} });
    return [client, () => emptied(client)];
  },
};

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// One flush takes one batch, so there may be more of them to take.
async function emptied(client) {
  while (client.queue.length) await client.flush();
}

function message(person, type, mark) {
  const of = { ...person };
  if (type === "track") return { ...of, event: mark, properties: { total: 12.5 } };
  if (type === "page" || type === "screen") return { ...of, name: mark, properties: { path: "/books" } };
  if (type === "identify") return { ...of, userId: mark, traits: { email: `${mark}@reader.example`, firstName: "Ottoline" } };
  if (type === "group") return { ...of, groupId: mark, traits: { name: "The Tuesday Readers" } };
  return { userId: of.userId, previousId: mark };
}

async function main() {
  const job = JSON.parse(process.argv[3]);
  const [client, finish] = CLIENTS[process.argv[2]](job);
  const told = {};
  const answers = job.calls.map(([type, mark]) => async () => {
    await new Promise((done) => {
      client[type](message(job.person, type, mark), (error) => {
        told[mark] = error ? String(error.message || error.reason || error) : null;
        done();
      });
    });
  });
  const waiting = [];
  for (const answer of answers) {
    waiting.push(answer());
    await pause(job.pace_ms);
  }
  await finish();
  await Promise.race([Promise.all(waiting), pause(120000)]);
  console.log(JSON.stringify(told));
  process.exit(0);
}

main();
