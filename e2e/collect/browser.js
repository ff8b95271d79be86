// Sends a job's calls with a client in a page, by `run(job)`; `finished` says that they were made, and delivered where the client
// says so itself.
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const CALLS = {
  track: (client, mark) => client.track(mark, { total: 12.5 }),
  page: (client, mark) => client.page("books", mark, { path: "/books" }),
  screen: (client, mark) => client.screen("books", mark, { path: "/books" }),
  identify: (client, mark) => client.identify(mark, { email: `${mark}@reader.example`, firstName: "Ottoline" }),
  group: (client, mark) => client.group(mark, { name: "The Tuesday Readers" }),
  alias: (client, mark) => client.alias("a-reader", mark),
};

export function drive(load) {
  window.run = async (job) => {
    const client = load(job);
    const sending = [];
    for (const [type, mark] of job.calls) {
      sending.push(CALLS[type](client, mark));
      await pause(job.pace_ms);
    }
    await Promise.all(sending.filter((sent) => sent instanceof Promise));
    window.finished = true;
  };
}
