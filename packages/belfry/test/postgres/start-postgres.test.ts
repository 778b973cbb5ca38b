import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "./free-port.ts";
import { isAlive } from "./process-tree.ts";
import { type PostgresServer, startPostgres } from "./start-postgres.ts";

const START = new URL("start-postgres.ts", import.meta.url).href;

/** Starts a server, tells of it on a line, and does nothing more. */
const STARTING_PROGRAM = `
  const { startPostgres } = await import(${JSON.stringify(START)});
  const { pid, folder } = await startPostgres();
  console.log(JSON.stringify({ pid, folder }));
`;

type Row = Record<string, unknown>;

/** One statement on a connection of its own. */
async function ask(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

describe("startPostgres()", () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres({ durable: true, settings: { application_name: "it's a test" } });
    await ask(server.url(), "CREATE TABLE kept (note text)");
  });

  afterAll(() => server[Symbol.asyncDispose]());

  test("gives a server of version 14 or newer with the settings that were asked for", async () => {
    const [row] = await ask(
      server.url(),
      `SELECT current_setting('server_version_num')::int / 10000 AS major,
        current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
        current_setting('shared_buffers') AS buffers, current_setting('max_connections') AS connections,
        current_setting('application_name') AS name`,
    );
    expect(row).toEqual({
      major: server.major,
      fsync: "on",
      commit: "on",
      buffers: "128MB",
      connections: "200",
      name: "it's a test",
    });
    expect(server.major).toBeGreaterThanOrEqual(14);
  });

  test("keeps its data, its port and its settings when stopped and started", async () => {
    const [url, pid] = [server.url(), server.pid];
    await ask(url, "INSERT INTO kept VALUES ('stop')");
    await server.stop();
    expect([server.isUp, isAlive(pid)]).toEqual([false, false]);
    await expect(ask(url, "SELECT 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await server.start();
    expect([server.url(), server.isUp]).toEqual([url, true]);
    expect(await ask(url, "SELECT * FROM kept WHERE note = 'stop'")).toHaveLength(1);
  });

  test("recovers what was committed, and nothing else, when killed and started", async () => {
    const client = new Client({ connectionString: server.url() });
    await client.connect();
    const broken = new Promise((resolve) => client.on("error", resolve));
    await client.query("INSERT INTO kept VALUES ('kill')");
    await client.query("BEGIN; INSERT INTO kept VALUES ('open')");
    const [{ pid: backend } = {}] = (await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid"))
      .rows;
    const { pid } = server;
    await server.kill();
    expect([isAlive(pid), isAlive(backend ?? 0)]).toEqual([false, false]);
    await broken;
    await server.start();
    const rows = await ask(server.url(), "SELECT note FROM kept WHERE note <> 'stop'");
    expect(rows).toEqual([{ note: "kill" }]);
  });

  test("listens on a socket, too", async () => {
    const client = new Client({
      host: server.socketFolder ?? "",
      port: server.port,
      user: "postgres",
      database: "postgres",
    });
    await client.connect();
    const { rows } = await client.query("SELECT inet_server_addr() AS address");
    await client.end();
    expect(rows).toEqual([{ address: null }]);
  });
});

describe("startPostgres() of one test", () => {
  test("takes the port that it is told, waits for no disk, and leaves nothing when it is stopped", async () => {
    const port = await freePort();
    await using server = await startPostgres({ port });
    const { pid, folder } = server;
    expect(new URL(server.url("other")).host).toBe(`127.0.0.1:${port}`);
    expect(await ask(server.url(), "SHOW fsync")).toEqual([{ fsync: "off" }]);
    await server.stop();
    await server[Symbol.asyncDispose]();
    expect([isAlive(pid), existsSync(folder)]).toEqual([false, false]);
  });

  test("takes verified TLS connections with a password, and no others, when told so", async () => {
    await using server = await startPostgres({ tls: true, auth: "scram-sha-256" });
    const own = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    expect(await ask(server.url(), own)).toEqual([{ ssl: true }]);

    const plain = new URL(server.url());
    plain.search = "";
    await expect(ask(plain.href, own)).rejects.toMatchObject({ code: "28000" });

    const stranger = new URL(server.url());
    stranger.password = "wrong";
    await expect(ask(stranger.href, own)).rejects.toMatchObject({ code: "28P01" });

    const unknown = new URL(server.url());
    unknown.searchParams.delete("sslrootcert");
    await expect(ask(unknown.href, own)).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });

  test("throws with the server's log, and leaves nothing, when it cannot start", async () => {
    const parent = mkdtempSync(join(tmpdir(), "belfry-temp-"));
    chmodSync(parent, 0o755);
    vi.stubEnv("TMPDIR", parent);
    const start = startPostgres({ settings: { shared_buffers: "much" } });
    await expect(start).rejects.toThrow(/Cannot start PostgreSQL.*\n.*shared_buffers/);
    expect(readdirSync(parent)).toEqual([]);
    vi.unstubAllEnvs();
    rmdirSync(parent);
  });

  test.each(["halted", "killed"] as const)("leaves nothing when it is %s in the end", async (how) => {
    const server = await startPostgres();
    const { pid, folder } = server;
    if (how === "halted") process.kill(pid, "SIGSTOP");
    if (how === "killed") await server.kill();
    await server[Symbol.asyncDispose]();
    expect([isAlive(pid), existsSync(folder)]).toEqual([false, false]);
  });

  test("ends with its process, and leaves nothing, when that is killed", async () => {
    const program = spawn(process.execPath, ["--input-type=module", "--eval", STARTING_PROGRAM], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface(program.stdout), "line");
    const { pid, folder } = JSON.parse(String(line)) as { pid: number; folder: string };
    expect([isAlive(pid), existsSync(folder)]).toEqual([true, true]);
    program.kill("SIGKILL");
    await once(program, "exit");
    await expect.poll(() => [isAlive(pid), existsSync(folder)], { timeout: 15_000 }).toEqual([false, false]);
  });
});
