import { connect } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createApiRig, KEYS } from "./app-fixture.ts";
import { problemSchema } from "./schemas/problem.ts";
import { type Listening, type ServeOptions, serve } from "./server.ts";

const opened: Listening[] = [];

async function listenOn(options: Partial<ServeOptions> = {}): Promise<Listening> {
  const { app } = await createApiRig();
  const listening = await serve({ app, host: "127.0.0.1", port: 0, ...options });
  opened.push(listening);
  return listening;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((listening) => listening.close(0)));
});

/** Sends bytes and gives all that comes back until the server closes. */
function speak({ port }: Listening, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe("serve()", () => {
  test("answers on the port that it names", async () => {
    const { url, port } = await listenOn();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    const response = await fetch(`${url}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok" });
  });

  test("rejects when the port is taken", async () => {
    const { port } = await listenOn();
    await expect(listenOn({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  test("refuses a body that is declared too large, and one that turns out to be", async () => {
    const { url } = await listenOn();
    const headers = { authorization: `Bearer ${KEYS.admin}`, "content-type": "application/json" };
    const chunk = new TextEncoder().encode("x".repeat(64 * 1024));
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += chunk.length;
        if (sent > 4 * 1024 * 1024) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const declared = await fetch(`${url}/v1/reminders`, {
      method: "POST",
      headers,
      body: "x".repeat(300 * 1024),
    });
    expect(declared.status).toBe(413);
    const streamed = await fetch(`${url}/v1/reminders`, {
      method: "POST",
      headers,
      body: endless,
      duplex: "half",
    });
    expect(streamed.status).toBe(413);
  });

  test.each([
    ["a body that is declared too large", KEYS.admin, "content-length: 300000", 300_000, 413],
    ["a body of megabytes", KEYS.admin, "content-length: 5000000", 5_000_000, 413],
    ["a body that does not come", KEYS.admin, "content-length: 300000", 0, 413],
    ["a body in chunks", KEYS.admin, "transfer-encoding: chunked", 5_000_000, 413],
    ["a body behind a wrong key", "wrong", "content-length: 300000", 300_000, 401],
  ])("answers before it closes the connection on %s", async (_name, key, framing, size, status) => {
    const listening = await listenOn();
    const head = [
      "POST /v1/reminders HTTP/1.1",
      "host: a",
      "connection: close",
      `authorization: Bearer ${key}`,
      "content-type: application/json",
      framing,
    ];
    const body = "x".repeat(size);
    const sent = framing.startsWith("transfer") ? `${size.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
    const answer = await speak(listening, `${head.join("\r\n")}\r\n\r\n${sent}`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain("application/problem+json");
  });

  test("cuts off who does not finish the headers, or the body", async () => {
    const listening = await listenOn({ headersWithinMs: 200, requestWithinMs: 400 });
    expect(await speak(listening, "GET /healthz HTTP/1.1\r\nhost: a\r\n")).toContain("408 Request Timeout");
    const post = `POST /v1/reminders HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEYS.admin}\r\ncontent-length: 10\r\n\r\n{`;
    expect(await speak(listening, post)).toContain("408 Request Timeout");
  });

  test("cuts off who does not take the answer", async () => {
    const app = { fetch: () => new Response("x".repeat(50_000_000)) };
    const { port } = await listenOn({ app, stuckAfterMs: 300 });
    const socket = connect(port, "127.0.0.1");
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    let taken = 0;
    socket.on("data", (chunk) => {
      taken += chunk.length;
    });
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve).once("error", () => {}));
    expect(taken).toBeLessThan(50_000_000);
  });

  test("answers 400 to a broken Host and 431 to endless headers", async () => {
    const listening = await listenOn();
    const broken = await speak(listening, "GET / HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n");
    expect(broken).toMatch(/^HTTP\/1.1 400 /);
    expect(broken).toContain("application/problem+json");
    const [head = "", body = ""] = broken.split("\r\n\r\n");
    const { code, instance } = problemSchema.parse(JSON.parse(body));
    expect(code).toBe("bad_request");
    expect(head).toContain(`x-request-id: ${instance}`);
    const endless = await speak(listening, `GET / HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(20_000)}\r\n\r\n`);
    expect(endless).toContain("431");
  });

  test("answers HTTP/1.0 without a Host, and HTTP/1.1 without one with a problem", async () => {
    const listening = await listenOn();
    const old = await speak(listening, "GET /healthz HTTP/1.0\r\n\r\n");
    expect(old).toMatch(/^HTTP\/1.1 200 /);
    const modern = await speak(listening, "GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n");
    expect(modern).toMatch(/^HTTP\/1.1 400 /);
    expect(modern).toContain('"code":"bad_request"');
  });

  test.each([
    ["two hosts", "host: a\r\nhost: b"],
    ["the same host twice", "host: a\r\nHost: a"],
    ["a coding inside the chunks", "host: a\r\ntransfer-encoding: gzip, chunked"],
    ["a coding in a line of its own", "host: a\r\ntransfer-encoding: gzip\r\ntransfer-encoding: chunked"],
  ])("answers 400 to %s", async (_name, headers) => {
    const listening = await listenOn();
    const head = `POST /healthz HTTP/1.1\r\n${headers}\r\nconnection: close\r\n\r\n`;
    const answer = await speak(listening, `${head}${headers.includes("chunked") ? "0\r\n\r\n" : ""}`);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('"code":"bad_request"');
  });

  test("answers whoever expects what is not known", async () => {
    const head = "GET /healthz HTTP/1.1\r\nhost: a\r\nexpect: a-miracle\r\nconnection: close\r\n\r\n";
    expect(await speak(await listenOn(), head)).toMatch(/^HTTP\/1.1 200 /);
  });

  test("close() lets a running request finish, takes no new one, and ends kept connections", async () => {
    let finish: (response: Response) => void = () => {};
    let begun: () => void = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const app = {
      fetch: () => {
        begun();
        return new Promise<Response>((resolve) => {
          finish = resolve;
        });
      },
    };
    const listening = await listenOn({ app });
    const running = fetch(listening.url);
    await hasBegun;
    const closed = listening.close();
    await expect(fetch(listening.url)).rejects.toThrow();
    finish(new Response("done"));
    const response = await running;
    expect(await response.text()).toBe("done");
    expect(response.headers.get("connection")).toBe("close");
    await closed;
  });

  test("close() ends streams at once", async () => {
    const { app } = await createApiRig();
    const listening = await listenOn({ app });
    const headers = { authorization: `Bearer ${KEYS.admin}`, accept: "text/event-stream" };
    const responses = await Promise.all(
      [1, 2, 3].map(() => fetch(`${listening.url}/v1/events`, { headers })),
    );
    const texts = responses.map((response) => response.text());
    await listening.close(60_000);
    for (const text of await Promise.all(texts)) expect(text).toMatch(/^id: \d+\n\n$/);
  });

  test("gives the place of a stream back when its reader goes", async () => {
    const watching = new Set<() => void>();
    const watchEvents = (wake: () => void) => {
      watching.add(wake);
      return () => watching.delete(wake);
    };
    const { app } = await createApiRig({ store: { watchEvents } });
    const listening = await listenOn({ app });
    const leave = new AbortController();
    const headers = { authorization: `Bearer ${KEYS.admin}`, accept: "text/event-stream" };
    await fetch(`${listening.url}/v1/events`, { headers, signal: leave.signal });
    expect(watching.size).toBe(1);
    leave.abort();
    await vi.waitFor(() => expect(watching.size).toBe(0));
  });

  test("reads no further for a reader that does not take what it is sent", async () => {
    let reads = 0;
    const event = { tenantId: "tnt_test", type: "reminder.accepted", atMs: 0, reminderId: "rem_1" } as const;
    const items = Array.from({ length: 200 }, (_, index) => {
      return { ...event, id: String(index), deliveryId: null, reason: "x".repeat(1_000) };
    });
    const listEvents = async () => {
      reads += 1;
      return { items, lastId: String(reads), isMore: true, hasGap: false };
    };
    const { app } = await createApiRig({ store: { listEvents } });
    const { port } = await listenOn({ app });
    const socket = connect(port, "127.0.0.1");
    socket.pause();
    const head = `GET /v1/events HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\nauthorization: Bearer ${KEYS.admin}`;
    socket.write(`${head}\r\n\r\n`);
    let before = -1;
    await vi.waitFor(
      () => {
        const isStill = reads > 1 && reads === before;
        before = reads;
        expect(isStill).toBe(true);
      },
      { timeout: 10_000, interval: 200 },
    );
    // What the sockets on both sides hold is some megabytes; each read is a quarter of one.
    expect(reads).toBeLessThan(200);
    socket.destroy();
  });

  test("close() cuts what is not done in time", async () => {
    const listening = await listenOn({ app: { fetch: () => new Promise<Response>(() => {}) } });
    const running = fetch(listening.url);
    running.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    await listening.close(50);
    await expect(running).rejects.toThrow();
  });
});
