import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { UnreachableError } from "../client/api-error.ts";
import { unreachableFailure, unreachableMessage } from "./unreachable.ts";

/** What `fetch` throws, with the system's code on the innermost cause. */
function fault(code: string): Error {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
}

const REMOTE = { url: "https://belfry.example.com", source: "BELFRY_URL" };
const LOCAL = { url: "http://127.0.0.1:8080", source: "the server of this machine" };

describe("unreachableMessage()", () => {
  test.each([
    [LOCAL, "ECONNREFUSED", "nothing listens there; start it with `belfry start`"],
    [REMOTE, "ECONNREFUSED", "nothing listens there; is the port right, and does the server run?"],
    [REMOTE, "ENOTFOUND", "there is no such host; is the address right?"],
    [
      REMOTE,
      "SELF_SIGNED_CERT_IN_CHAIN",
      "its certificate is not trusted (SELF_SIGNED_CERT_IN_CHAIN); NODE_EXTRA",
    ],
    [REMOTE, "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its certificate is not trusted"],
    [
      REMOTE,
      "ERR_SSL_WRONG_VERSION_NUMBER",
      "no TLS is spoken there (ERR_SSL_WRONG_VERSION_NUMBER); is it http",
    ],
    [REMOTE, "EHOSTUNREACH", "EHOSTUNREACH; is the address right, and the network up?"],
  ])("unreachableMessage() names %j, why for %s, and what to do", (address, code, part) => {
    const message = unreachableMessage(address, fault(code));
    expect(message).toContain(`Cannot reach Belfry at ${address.url} (${address.source}): ${part}`);
  });

  test("unreachableMessage() tells a server that hangs from one that is not there", () => {
    const timeout = new UnreachableError(REMOTE.url, new DOMException("timed out", "TimeoutError"));
    expect(unreachableMessage(REMOTE, timeout)).toContain("it takes the call and does not answer");
  });

  test("unreachableMessage() says so when https is spoken to a server that speaks http", async () => {
    const server = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error: unknown = await fetch(url).catch((thrown: unknown) => thrown);
    server.close();
    expect(unreachableMessage({ url, source: "--server" }, error)).toContain("is it http rather than https?");
  });

  test("unreachableFailure() ends with 3", () => {
    expect(unreachableFailure(LOCAL, fault("ECONNREFUSED")).exitCode).toBe(3);
  });
});
