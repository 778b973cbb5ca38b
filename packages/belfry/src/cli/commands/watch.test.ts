import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { startApp } from "../test/app-fixture.ts";
import { type CliRun, run, TEST_KEY } from "../test/run.ts";
import { sampleDelivery, sampleReminder } from "../test/samples.ts";

type Event = { id: string; type: string; deliveryId?: string | null; reason?: string | null };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server whose streams come one after the other, and which knows one reminder and one delivery. */
async function serverOf(streams: string[]) {
  const seen: string[] = [];
  const answer = (url: string, response: ServerResponse): void => {
    if (url.startsWith("/v1/events")) {
      const stream = streams.shift();
      if (stream === undefined)
        response.writeHead(401).end('{"status":401,"code":"x","detail":"Cannot: no"}');
      else response.writeHead(200, { "content-type": "text/event-stream" }).end(stream);
    } else if (url.endsWith("/rem_1")) response.end(JSON.stringify(sampleReminder()));
    else if (url.endsWith("/dlv_1")) response.end(JSON.stringify(sampleDelivery()));
    else response.writeHead(404).end('{"status":404,"code":"not_found","detail":"Cannot: none"}');
  };
  const server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers["last-event-id"] ?? ""}`.trim());
    answer(request.url ?? "", response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function told(...events: Event[]): string {
  return events
    .map((event) => {
      const full = { at: "2026-11-23T08:30:00.000Z", reminderId: "rem_1", deliveryId: null, ...event };
      const data = JSON.stringify({ reason: null, ...full });
      return `id: ${event.id}\nevent: ${event.type}\ndata: ${data}\n\n`;
    })
    .join("");
}

/** Watches until so many lines have been printed. */
async function watch(url: string, lines: number, argv: readonly string[] = []): Promise<CliRun> {
  const ending = new AbortController();
  const printed: string[] = [];
  const write = (text: string): void => {
    printed.push(text);
    if (printed.length === lines) ending.abort();
  };
  const env = { BELFRY_URL: url, BELFRY_KEY: TEST_KEY };
  const ended = await run(["watch", ...argv], {
    env,
    stdout: { write },
    interruption: ending.signal,
    wait: async () => {},
  });
  return { ...ended, out: printed.join("") };
}

const DELIVERED = { id: "1", type: "delivery.delivered", deliveryId: "dlv_1" };

describe("belfry watch", () => {
  test("watch tells each event on one line, with what it is about, and ends with 0 when told to", async () => {
    const { url } = await serverOf([
      told(
        DELIVERED,
        { id: "2", type: "delivery.dead", deliveryId: "dlv_2", reason: "answered 500" },
        { id: "3", type: "reminder.paused" },
      ),
    ]);
    const { code, out, err } = await watch(url, 3);
    expect(code).toBe(0);
    expect(err).toBe("");
    expect(out.split("\n")).toEqual([
      "09:30:00  delivered  rem_1  Stand-up → inbox  2 ms late",
      "09:30:00  dead       rem_1  Stand-up → inbox  answered 500",
      "09:30:00  paused     rem_1  Stand-up → inbox",
      "",
    ]);
  });

  test("watch asks for a reminder once, and leaves out what it cannot learn", async () => {
    const unknown = { id: "3", type: "reminder.accepted", reminderId: "rem_9" };
    const { url, seen } = await serverOf([told(DELIVERED, DELIVERED, unknown)]);
    expect((await watch(url, 3)).out).toContain("accepted   rem_9\n");
    expect(seen.filter((one) => one.endsWith("rem_1"))).toHaveLength(1);
  });

  test("watch asks few questions in a second, and tells the rest without", async () => {
    const many = Array.from({ length: 40 }, (_, at) => ({ ...DELIVERED, id: String(at) }));
    const { url, seen } = await serverOf([told(...many)]);
    const { out } = await watch(url, 40);
    expect(seen.length).toBeLessThanOrEqual(21);
    expect(out.split("\n").at(-2)).toBe("09:30:00  delivered  rem_1  Stand-up → inbox");
  });

  test("watch makes the texts of others harmless", async () => {
    const off = {
      id: "1",
      type: "endpoint.off",
      reminderId: null,
      reason: "billing: \u001b[31mred\u0007\nx",
    };
    const { url } = await serverOf([told(off)]);
    expect((await watch(url, 1)).out).toBe("09:30:00  off        endpoint  billing:  [31mred x\n");
  });

  test("watch asks for what is wanted, and prints events as the API gives them when asked for JSON", async () => {
    const { url, seen } = await serverOf([told(DELIVERED)]);
    const argv = ["--types", "endpoint, delivery.dead", "--reminder", "rem_1", "--since", "7", "--json"];
    const { out } = await watch(url, 1, argv);
    expect(JSON.parse(out)).toMatchObject({ id: "1", type: "delivery.delivered", reminderId: "rem_1" });
    expect(seen).toEqual(["/v1/events?types=endpoint.off%2Cdelivery.dead&reminder=rem_1&after=7"]);
  });

  test("watch goes on after the last event when the connection is lost, and says so", async () => {
    const { url, seen } = await serverOf([
      told(DELIVERED),
      "event: gap\ndata: {}\n\n",
      told({ ...DELIVERED, id: "9" }),
    ]);
    const { out, err } = await watch(url, 2, ["--json"]);
    expect(out.split("\n")).toHaveLength(3);
    expect(seen).toEqual(["/v1/events", "/v1/events 1", "/v1/events 1"]);
    expect(err.split("\n")).toEqual([
      "The connection is lost; trying again in 1 s.",
      "Connected again.",
      "Some events that would come next are no longer kept.",
      "The connection is lost; trying again in 1 s.",
      "Connected again.",
      "",
    ]);
  });

  test("watch ends with 1 when the key is refused, and with 3 when nobody is there", async () => {
    const { url } = await serverOf([]);
    expect(await watch(url, 1)).toMatchObject({ code: 1, err: expect.stringContaining("refused the key") });
    expect((await watch("http://127.0.0.1:1", 1)).code).toBe(3);
  });

  test("watch ends with 2 when a type is none", async () => {
    const { code, err } = await watch("http://127.0.0.1:1", 1, ["--types", "delivery.lost"]);
    expect(code).toBe(2);
    expect(err).toContain("Allowed: reminder.accepted, ");
  });

  test("watch ends with 0 when nobody reads any more", async () => {
    const { url } = await serverOf([told(DELIVERED, DELIVERED)]);
    const listeners = new Map<string, () => void>();
    const stdout = {
      write: () => listeners.get("error")?.(),
      once: (event: string, listener: () => void) => listeners.set(event, listener),
    };
    const env = { BELFRY_URL: url, BELFRY_KEY: TEST_KEY };
    expect((await run(["watch"], { env, stdout })).code).toBe(0);
  });

  test("watch tells what the real API has kept", async () => {
    const app = await startApp();
    await app.run(["add", "Stretch", "--cron", "0 9 * * *"]);
    const ending = new AbortController();
    let out = "";
    const write = (text: string): void => {
      out += text;
      ending.abort();
    };
    const ended = await app.run(["watch", "--since", "start"], {
      stdout: { write },
      interruption: ending.signal,
    });
    await app.close();
    expect(ended.code).toBe(0);
    expect(out).toMatch(/^01:00:00 {2}accepted {3}rem_\w+ {2}Stretch → inbox\n$/);
  });
});
