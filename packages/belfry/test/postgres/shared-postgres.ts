import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { Client } from "pg";
import { inject } from "vitest";
import type { SharedServerAnswer } from "./global-setup.ts";

/** A database of a test's own. */
export interface TestDatabase extends AsyncDisposable {
  /** `postgresql://postgres@127.0.0.1:20000/test_…` */
  url: string;
  /** Ends its connections and removes it; it may be called again. */
  drop(): Promise<void>;
}

/** Where a server is, and what it can. */
interface ServerAddress {
  url: string;
  major: number;
}

/** A new, empty database on the server that all test files of a run share, or on the one that is given. */
export async function createDatabase(server?: ServerAddress): Promise<TestDatabase> {
  const shared = server ?? (await sharedServer());
  const name = `test_${randomBytes(8).toString("hex")}`;
  // Copying files is the faster way while nothing is forced to disk; before 15 it was the only one. Nothing
  // can be connected to template0, which would hold it up.
  const strategy = shared.major >= 15 ? "STRATEGY file_copy" : "";
  await run(shared.url, `CREATE DATABASE ${name} TEMPLATE template0 ${strategy}`);
  const drop = (): Promise<void> => run(shared.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  const url = new URL(shared.url);
  url.pathname = `/${name}`;
  return { url: url.href, drop, [Symbol.asyncDispose]: drop };
}

/** Where the shared server is; the first who asks waits until it is up. Throws if it cannot be started. */
async function sharedServer(): Promise<ServerAddress> {
  const socket = connect(inject("sharedPostgresPort"), "127.0.0.1");
  const answer = JSON.parse(await text(socket)) as SharedServerAnswer;
  if ("refusal" in answer) throw new Error(answer.refusal);
  return answer;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
