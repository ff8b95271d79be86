// node-postgres.
const { Client } = require("pg");
const Cursor = require("pg-cursor");
const assert = require("node:assert");

let failed = 0;

function section(name) {
  console.log(`== ${name}`);
}

async function check(what, work) {
  try {
    await work();
    console.log(`ok   ${what}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${what} | ${String(error.message).split("\n")[0]}`);
  }
}

async function main() {
  const client = new Client();
  await client.connect();
  section("rows");
  await check("rows with their types", async () => {
    const { rows, fields } = await client.query("select person_id, city from shop_figures.person where city is not null limit 3");
    assert.equal(rows.length, 3);
    assert.deepEqual(fields.map((field) => field.name), ["person_id", "city"]);
    assert.equal(typeof rows[0].city, "string");
  });
  section("parameters");
  await check("parameters", async () => {
    const { rows } = await client.query("select count(*) as n from shop_figures.orders where channel = $1 and total > $2", ["web", 10]);
    assert.ok(Number(rows[0].n) > 0);
  });
  section("prepared");
  await check("a named prepared statement, twice", async () => {
    const query = { name: "towns", text: "select count(*) from shop_figures.person where city <> $1", values: ["x"] };
    const one = await client.query(query);
    const two = await client.query(query);
    assert.equal(one.rows[0].count, two.rows[0].count);
  });
  section("rows");
  await check("binary results", async () => {
    const { rows } = await client.query({ text: "select 1::int as one, city from shop_figures.person where city is not null limit 1", binary: true });
    assert.equal(rows[0].one, 1);
  });
  section("cursors");
  await check("a cursor of the protocol (pg-cursor)", async () => {
    const cursor = client.query(new Cursor("select person_id from shop_figures.person"));
    assert.equal((await cursor.read(10)).length, 10);
    assert.equal((await cursor.read(20)).length, 20);
    await cursor.close();
  });
  section("errors");
  await check("refused with SQLSTATE and hint", async () => {
    const error = await client.query("select email from shop_figures.person").catch((error) => error);
    assert.equal(error.code, "42501");
    assert.ok(error.hint.length > 0);
  });
  await client.end();
  section("encryption");
  await check("encrypted", async () => {
    const secure = new Client({ ssl: { rejectUnauthorized: false } });
    await secure.connect();
    assert.equal((await secure.query("select 1 as one")).rows[0].one, "1");
    await secure.end();
  });
  process.exit(failed ? 1 : 0);
}

main();
