import { appendFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask } from "../postgres/ask.ts";
import { type PostgresServer, startPostgres } from "../postgres/start-postgres.ts";
import { runBelfry } from "./belfry-command.ts";
import { BelfryProcess } from "./belfry-process.ts";

/** All that a URL, a log line of JSON or a pattern could trip over. */
const PASSWORD = `p@ss/w:rd?%#&=+ "quoted" 'and' \\ über`;
const HAS_IPV6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);

let postgres: PostgresServer;

beforeAll(async () => {
  const settings = { listen_addresses: HAS_IPV6 ? "127.0.0.1,::1" : "127.0.0.1" };
  postgres = await startPostgres({ tls: true, auth: "scram-sha-256", settings });
  appendFileSync(join(postgres.folder, "data/pg_hba.conf"), "hostssl all all ::1/128 scram-sha-256\n");
  await ask(
    postgres.url(),
    `SELECT pg_reload_conf(); CREATE ROLE "ring er" LOGIN PASSWORD '${PASSWORD.replaceAll("'", "''")}';`,
  );
  for (const name of ["verified", "by socket", "by IPv6"])
    await ask(postgres.url(), `CREATE DATABASE "${name}" OWNER "ring er"`);
}, 60_000);

afterAll(() => postgres?.[Symbol.asyncDispose]());

/** As the guide has it: each part escaped. */
function urlAt(place: string, database: string, parameters: string): string {
  return `postgres://${encodeURIComponent("ring er")}:${encodeURIComponent(PASSWORD)}@${place}/${encodeURIComponent(database)}?${parameters}`;
}

async function ring(belfry: BelfryProcess): Promise<void> {
  const client = await belfry.client();
  await client.reminders.create({ schedule: { in: "PT0.1S" }, to: { channel: "inbox" }, message: "Hello" });
  await vi.waitFor(async () => expect((await client.inbox.list()).items).toHaveLength(1), {
    timeout: 10_000,
  });
}

/** Neither as it is, nor as a URL or JSON has it, nor a part of it. */
function expectNoPassword(text: string): void {
  const forms = [PASSWORD, encodeURIComponent(PASSWORD), JSON.stringify(PASSWORD).slice(1, -1)];
  for (const form of [...forms, "p@ss", "p%40ss", "quoted"]) expect(text).not.toContain(form);
}

describe("BELFRY_DATABASE_URL", () => {
  test("leads to a verified server by TLS, and its password is shown nowhere", async () => {
    const parameters = `sslmode=verify-full&sslrootcert=${encodeURIComponent(postgres.certificatePath ?? "")}`;
    const url = urlAt(`127.0.0.1:${postgres.port}`, "verified", parameters);
    const loud = { BELFRY_LOG_LEVEL: "trace", BELFRY_LOG_FORMAT: "pretty" };
    await using belfry = await BelfryProcess.start({
      BELFRY_DATABASE_URL: url,
      ...loud,
    });
    await ring(belfry);
    const own = await ask(
      postgres.url(),
      "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'ring er'",
    );
    expect(own).toEqual([{ ssl: true }]);
    const settings = { ...belfry.settings, BELFRY_URL: await belfry.url(), BELFRY_KEY: belfry.key };
    for (const args of [["config"], ["config", "--json"], ["doctor"], ["workers", "--json"], ["migrate"]]) {
      const { code, out, err } = await runBelfry(args, settings);
      expect([args, code, err]).toEqual([args, 0, ""]);
      expectNoPassword(out);
    }
    await postgres.stop();
    const { status, text } = await belfry.api("GET", "/v1/reminders");
    expect(status).toBe(503);
    expect((await runBelfry(["doctor"], settings)).out).toContain("nobody listens there");
    const metrics = await (await fetch(`${await belfry.url()}/metrics`)).text();
    await postgres.start();
    for (const shown of [text, metrics, belfry.lines.join("\n"), belfry.complaints]) expectNoPassword(shown);
    expect(belfry.complaints).toMatch(/Cannot (read from|write to) the database/);
  });

  test("leads to the folder of a socket", async (context) => {
    const { socketFolder, port } = postgres;
    if (socketFolder === null) return context.skip("the temp folder's path is too long for a socket");
    const url = urlAt(`:${port}`, "by socket", `host=${encodeURIComponent(socketFolder)}`);
    await using belfry = await BelfryProcess.start({ BELFRY_DATABASE_URL: url });
    await ring(belfry);
    expect(belfry.lines.join("\n")).toContain(`(postgres at ${socketFolder}:${port}/by socket)`);
  });

  test("leads to an address of IPv6", async (context) => {
    if (!HAS_IPV6) return context.skip("this machine has no IPv6");
    const url = urlAt(`[::1]:${postgres.port}`, "by IPv6", "sslmode=require");
    await using belfry = await BelfryProcess.start({ BELFRY_DATABASE_URL: url });
    await ring(belfry);
    expect(belfry.lines.join("\n")).toContain(`(postgres at [::1]:${postgres.port}/by IPv6)`);
  });
});
