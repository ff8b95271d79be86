// RudderStack's client for browsers, as a page would load it from npm: the bundle that needs no plugins from a CDN.
// Its ten attempts and its queue of a hundred are raised by its own options; its beacons have no attempts at all.
import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";
import { drive } from "./browser.js";

drive(({ host, key, batching, beacon }) => {
  const client = new RudderAnalytics();
  client.load(key, host, {
    configUrl: host,
    useBeacon: Boolean(beacon),
    queueOptions: {
      maxAttempts: 100, maxItems: 10000, minRetryDelay: 250, maxRetryDelay: 2000,
      batch: { enabled: Boolean(batching), maxItems: 20, flushInterval: 500 },
    },
  });
  return client;
});
