import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Listening, type ServeOptions, serve } from "./server.ts";

const opened: Listening[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(opened.splice(0).map((listening) => listening.close(0)));
});

/** A server that begins requests, and answers each when it is told to. */
async function heldServer(body = "") {
  const begun: string[] = [];
  const answers: (() => void)[] = [];
  let isHolding = true;
  const fetch: ServeOptions["app"]["fetch"] = ({ url }) => {
    const path = new URL(url).pathname;
    begun.push(path);
    const answer = () => new Response(`${path};${body}`);
    if (!isHolding) return answer();
    return new Promise((resolve) => answers.push(() => resolve(answer())));
  };
  const listening = await serve({ app: { fetch }, host: "127.0.0.1", port: 0 });
  opened.push(listening);
  const release = (): void => {
    isHolding = false;
    for (const answer of answers.splice(0)) answer();
  };
  return { listening, begun, release };
}

function open({ port }: Listening): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  sockets.push(socket);
  return socket;
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;
}

const manyPaths = (count: number) => Array.from({ length: count }, (_, index) => `/${index}`);

/** All that comes until the server ends. */
async function allOf(socket: Socket): Promise<string> {
  let all = "";
  socket.on("data", (chunk) => {
    all += chunk;
  });
  await once(socket, "close");
  return all;
}

function pathsIn(answers: string): string[] {
  return answers.match(/(?<=\r\n\r\n)\/\w+(?=;)/g) ?? [];
}

describe("a connection on which requests come without waiting for answers", () => {
  test("answers all of them in order when the answers are taken", async () => {
    const { listening, release } = await heldServer("x".repeat(10_000));
    release();
    const socket = open(listening);
    const paths = manyPaths(500);
    socket.write(paths.map(get).join(""));
    socket.write("GET /last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    expect(pathsIn(await allOf(socket))).toEqual([...paths, "/last"]);
  });

  test("works on a few at a time, and on no more while answers are not taken", async () => {
    const { listening, begun, release } = await heldServer("x".repeat(1_000_000));
    const socket = open(listening);
    socket.pause();
    socket.write(manyPaths(500).map(get).join(""));
    await vi.waitFor(() => expect(begun).toHaveLength(4));
    release();
    let before = 0;
    await vi.waitFor(
      () => {
        const isStill = begun.length > 4 && begun.length === before;
        before = begun.length;
        expect(isStill).toBe(true);
      },
      { timeout: 10_000, interval: 200 },
    );
    // Each answer is a megabyte; what the sockets of both sides hold is some of them.
    expect(begun.length).toBeLessThan(40);
  });

  test("works on nothing more once it is known to be gone", async () => {
    const { listening, begun, release } = await heldServer();
    const socket = open(listening);
    socket.write(manyPaths(50).map(get).join(""));
    await vi.waitFor(() => expect(begun).toHaveLength(4));
    socket.destroy();
    await once(socket, "close");
    const other = open(listening);
    other.write("GET /other HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    await vi.waitFor(() => expect(begun).toContain("/other"));
    release();
    await allOf(other);
    // That nobody is there any more shows when the first answers are written.
    expect(begun.length).toBeLessThan(15);
  });

  test("answers what was begun when the server closes, and nothing behind it", async () => {
    const { listening, begun, release } = await heldServer();
    const socket = open(listening);
    const answers = allOf(socket);
    socket.write(manyPaths(50).map(get).join(""));
    await vi.waitFor(() => expect(begun).toHaveLength(4));
    const closed = listening.close();
    release();
    const all = await answers;
    expect(pathsIn(all)).toEqual(["/0", "/1", "/2", "/3"]);
    expect(all.match(/connection: close/gi)).toHaveLength(1);
    await closed;
    expect(begun).toHaveLength(4);
  });

  test("tells that it is not HTTP behind the answers to what came before", async () => {
    const { listening, begun, release } = await heldServer();
    const socket = open(listening);
    const answers = allOf(socket);
    socket.write(`${manyPaths(10).map(get).join("")}no HTTP at all\r\n\r\n`);
    await vi.waitFor(() => expect(begun).toHaveLength(4));
    release();
    const all = await answers;
    expect(pathsIn(all)).toEqual(manyPaths(10));
    expect(all.slice(all.indexOf("/9"))).toMatch(/^\/9;HTTP\/1.1 400 .*"code":"bad_request"/s);
  });

  test("is cut off when one read brings more than a thousand", async () => {
    const { listening, begun } = await heldServer();
    const socket = open(listening);
    socket.write("GET / HTTP/1.1\r\nhost:a\r\n\r\n".repeat(2_000));
    expect(await allOf(socket)).toBe("");
    expect(begun).toHaveLength(4);
  });
});

describe("a connection of which the caller has closed its half", () => {
  test("still gets the answers to what came before", async () => {
    const { listening, begun, release } = await heldServer();
    const socket = open(listening);
    const answers = allOf(socket);
    socket.end(manyPaths(10).map(get).join(""));
    await vi.waitFor(() => expect(begun).toHaveLength(4));
    release();
    expect(pathsIn(await answers)).toEqual(manyPaths(10));
  });

  test("is told that a body was cut off", async () => {
    const fetch: ServeOptions["app"]["fetch"] = async (request) => new Response(await request.text());
    const listening = await serve({ app: { fetch }, host: "127.0.0.1", port: 0 });
    opened.push(listening);
    const socket = open(listening);
    const answers = allOf(socket);
    socket.end("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n{");
    expect(await answers).toMatch(/^HTTP\/1.1 400 .*"code":"body_incomplete"/s);
  });

  test("is told that it is not HTTP when the headers were cut off", async () => {
    const { listening } = await heldServer();
    const socket = open(listening);
    const answers = allOf(socket);
    socket.end("GET / HTTP/1.1\r\nhost: a\r\n");
    expect(await answers).toMatch(/^HTTP\/1.1 400 .*"code":"bad_request"/s);
  });
});
