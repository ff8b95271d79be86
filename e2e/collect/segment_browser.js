// Segment's client for browsers, as a page would load it from npm. Its ten retries are raised by its own options.
import { AnalyticsBrowser } from "@segment/analytics-next";
import { drive } from "./browser.js";

const RETRIES = { backoffConfig: { maxRetryCount: 100, maxBackoffInterval: 2 }, rateLimitConfig: { maxRetryCount: 100 } };
const BATCHES = { strategy: "batching", config: { size: 20, timeout: 500, maxRetries: 100, credentials: "include" } };

drive(({ host, key, batching }) => {
  const delivery = batching ? { deliveryStrategy: BATCHES } : {};
  return AnalyticsBrowser.load(
    { writeKey: key, cdnURL: host },
    { integrations: { "Segment.io": { httpConfig: RETRIES, ...delivery } } },
  );
});
