import { Client } from "pg";
import { expect, test } from "vitest";
import { FakePostgres } from "../../../test/postgres/fake-postgres.ts";
import { createDatabase } from "../../../test/postgres/shared-postgres.ts";
import { Inquiry } from "./inquiry.ts";

test("standingOf() tells at which sessions the server is at work", async () => {
  await using database = await createDatabase();
  const [holder, idle, waiting] = await Promise.all([1, 2, 3].map(() => session(database.url)));
  await holder?.client.query("SELECT pg_advisory_lock(1, 1)");
  const isLocked = waiting?.client.query("SELECT pg_advisory_lock(1, 1)");
  const asked = { n: 0 };
  const inquiry = new Inquiry(() => {
    asked.n += 1;
    return new Client({ connectionString: database.url });
  });
  while ((await inquiry.standingOf(Number(waiting?.pid))) !== "at work");
  asked.n = 0;
  expect(
    await Promise.all(
      [waiting, idle, { pid: 999_999_999 }].map((one) => inquiry.standingOf(Number(one?.pid))),
    ),
  ).toEqual(["at work", "silent", "silent"]);
  expect(asked.n).toBe(1);
  await holder?.client.end();
  await isLocked;
  await Promise.all([idle?.client.end(), waiting?.client.end()]);
});

test("standingOf() calls one silent that has no number yet", async () => {
  const inquiry = new Inquiry(() => {
    throw new Error("Cannot ask");
  });
  expect(await inquiry.standingOf(null)).toBe("silent");
});

test.each([
  ["53300", "sorry, too many clients already", "unknown"],
  ["28P01", "password authentication failed", "unknown"],
  ["57P03", "the database system is starting up", "silent"],
])(
  "standingOf() judges a server that refuses a connection with %s (%s): %s",
  async (code, message, standing) => {
    await using server = await FakePostgres.start({ refusal: { code, message } });
    const inquiry = new Inquiry(() => new Client({ connectionString: server.url }));
    expect(await inquiry.standingOf(1)).toBe(standing);
  },
);

test("standingOf() calls one silent whose server cannot be reached any more", async () => {
  const server = await FakePostgres.start({});
  const { url } = server;
  await server[Symbol.asyncDispose]();
  const inquiry = new Inquiry(() => new Client({ connectionString: url }));
  expect(await inquiry.standingOf(1)).toBe("silent");
});

async function session(url: string): Promise<{ client: Client; pid: number }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return { client, pid: Number(rows[0]?.pid) };
}
