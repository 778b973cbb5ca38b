import { Client } from "pg";
import { expect, test } from "vitest";
import { createDatabase } from "./shared-postgres.ts";

async function connectTo(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

test("createDatabase() gives empty databases that are apart when several ask at once", async () => {
  const databases = await Promise.all([createDatabase(), createDatabase(), createDatabase()]);
  const clients = await Promise.all(databases.map(({ url }) => connectTo(url)));
  for (const [index, client] of clients.entries()) {
    const { rows } = await client.query("SELECT * FROM pg_tables WHERE schemaname = 'public'");
    expect(rows).toEqual([]);
    await client.query("CREATE TABLE own (number int)");
    await client.query("INSERT INTO own VALUES ($1)", [index]);
  }
  const read = await Promise.all(clients.map((client) => client.query("SELECT number FROM own")));
  expect(read.map(({ rows }) => rows)).toEqual([[{ number: 0 }], [{ number: 1 }], [{ number: 2 }]]);
  await Promise.all(clients.map((client) => client.end()));
  await Promise.all(databases.map((database) => database.drop()));
});

test("drop() removes a database that is in use, and does nothing more when called again", async () => {
  const database = await createDatabase();
  const client = await connectTo(database.url);
  const broken = new Promise((resolve) => client.on("error", resolve));
  await database.drop();
  expect(await broken).toMatchObject({ code: "57P01" });
  await expect(connectTo(database.url)).rejects.toMatchObject({ code: "3D000" });
  await database.drop();
});
