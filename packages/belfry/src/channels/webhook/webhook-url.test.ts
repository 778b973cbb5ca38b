import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AllowList, parseAllowList } from "./allow-list.ts";
import { checkUrl } from "./webhook-url.ts";

function listOf(...entries: string[]): AllowList {
  const parsed = parseAllowList(entries);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.list;
}

const check = (text: string | undefined, ...allow: string[]) => checkUrl(text, listOf(...allow));

const octets = (address: number): number[] => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
const groups = (address: number): string =>
  `${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}`;

/** Ways to write one IPv4 address in a URL. */
const NOTATIONS: ((address: number) => string)[] = [
  (address) => `${address}`,
  (address) => `0x${address.toString(16)}`,
  (address) => `0${address.toString(8)}`,
  (address) => octets(address).join("."),
  (address) => `${octets(address).join(".")}.`,
  (address) =>
    octets(address)
      .map((octet) => `0${octet.toString(8)}`)
      .join("."),
  (address) => `${address >>> 24}.${address & 0xffffff}`,
  (address) => `[::ffff:${octets(address).join(".")}]`,
  (address) => `[::${groups(address)}]`,
  (address) => `[64:ff9b::${groups(address)}]`,
  (address) => `[64:ff9b:1::${groups(address)}]`,
  (address) => `[2002:${groups(address)}::1]`,
];

describe("checkUrl()", () => {
  it.each([
    ["https://Hooks.Example.com/a?b=c#d", "hooks.example.com:443", "https://hooks.example.com", "/a?b=c"],
    ["http://example.com", "example.com:80", "http://example.com", "/"],
    ["HTTP://example.com:8080/", "example.com:8080", "http://example.com:8080", "/"],
    ["https://example.com./", "example.com:443", "https://example.com.", "/"],
    ["https://8.8.8.8/", "8.8.8.8:443", "https://8.8.8.8", "/"],
    ["https://[2606:4700::1111]/", "[2606:4700::1111]:443", "https://[2606:4700::1111]", "/"],
    ["https://münchen.example/ä", "xn--mnchen-3ya.example:443", "https://xn--mnchen-3ya.example", "/%C3%A4"],
  ])("takes %s", (text, destination, origin, path) => {
    expect(check(text)).toEqual({ ok: true, destination, origin, path });
  });

  it.each([
    [undefined, "it is missing"],
    ["", "it is empty"],
    [`https://example.com/${"a".repeat(2048)}`, "it is 2068 characters long"],
    ["ftp://example.com/", "it does not start with http:// or https:// and a host"],
    ["file:///etc/passwd", "it does not start with"],
    ["javascript:alert(1)", "it does not start with"],
    ["http:///path", "it does not start with"],
    ["http://", "it does not start with"],
    ["http:/example.com", "it does not start with"],
    ["//example.com", "it does not start with"],
    ["http://exa mple.com/", "it holds blanks"],
    ["http://example.com/\n", "it holds blanks"],
    ["http:\\\\example.com", "backslashes"],
    ["http://example.com:99999/", "it is not well formed"],
    ["http://[::1", "it is not well formed"],
    ["http://user:pass@example.com/", "it holds a user name or password"],
    ["http://user@example.com/", "it holds a user name or password"],
    ["http://example.com:0/", "its port is 0"],
  ])("gives a problem when the text is %j", (text, reason) => {
    expect(check(text)).toMatchObject({ ok: false, message: expect.stringContaining(reason) });
  });

  it.each([
    ...["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.0.0.1", "127.0.0.1."],
    ...["0", "0.0.0.0", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "１２７.0.0.1"],
    ...["[::1]", "[::]", "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[fe80::1]", "[fd00::1]"],
    ...["[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001:0:1::1]"],
    ...["localhost", "LOCALHOST", "localhost.", "a.localhost", "a.localhost."],
  ])("refuses the host %s and names the setting", (host) => {
    const message = expect.stringMatching(/^Cannot post to .*BELFRY_WEBHOOK_ALLOW/);
    expect(check(`http://${host}:8080/secret-path`)).toMatchObject({ ok: false, message });
  });

  it("refuses when a private address is written in any notation", () => {
    const networks = fc.constantFrom([0x7f000000, 24], [0x0a000000, 24], [0xa9fe0000, 16], [0xc0a80000, 16]);
    const addresses = networks.chain(([base = 0, bits = 0]) =>
      fc.nat({ max: 2 ** bits - 1 }).map((offset) => base + offset),
    );
    fc.assert(
      fc.property(addresses, fc.constantFrom(...NOTATIONS), (address, write) => {
        expect(check(`http://${write(address)}/`).ok).toBe(false);
      }),
    );
  });

  it("keeps the path and the password out of its message when it refuses", () => {
    for (const text of ["http://u:hush@127.0.0.1/hush", "http://127.0.0.1/hush?hush"]) {
      expect(JSON.stringify(check(text))).not.toContain("hush");
    }
  });

  it.each([
    ["http://127.0.0.1:9/", "127.0.0.0/8"],
    ["http://2130706433:9/", "127.0.0.1"],
    ["http://[::1]:9/", "::1"],
    ["http://localhost:9/", "localhost"],
    ["http://localhost.:9/", "localhost"],
    ["http://a.localhost:9/", "*.localhost"],
  ])("takes %s when %s is allowed", (text, entry) => {
    expect(check(text, entry).ok).toBe(true);
  });
});
