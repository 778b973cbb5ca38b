import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { type AllowList, parseAllowList } from "./allow-list.ts";

function listOf(...entries: string[]): AllowList {
  const parsed = parseAllowList(entries);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.list;
}

describe("parseAllowList()", () => {
  it.each([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.1", "127.0.0.2", false],
    ["127.0.0.1", "::ffff:127.0.0.1", true],
    ["10.0.0.0/8", "64:ff9b::10.0.0.1", true],
    ["fd00::/8", "fd12::1", true],
    ["fd00::/8", "10.0.0.1", false],
    ["::1", "::1", true],
    ["0.0.0.0/0", "169.254.169.254", true],
    ["0.0.0.0/0", "::1", false],
  ])("with %s judges %s as %s", (entry, address, allowed) => {
    expect(listOf(entry).allowsAddress(ipaddr.parse(address))).toBe(allowed);
  });

  it.each([
    ["hooks.local", "hooks.local", true],
    ["Hooks.Local", "hooks.LOCAL", true],
    ["hooks.local", "hooks.local.", true],
    ["hooks.local", "evil-hooks.local", false],
    ["hooks.local", "a.hooks.local", false],
    ["*.hooks.local", "a.b.hooks.local", true],
    ["*.hooks.local", "hooks.local", false],
    ["localhost", "localhost", true],
    ["my_service", "my_service", true],
  ])("with %s judges the host %s as %s", (entry, host, allowed) => {
    expect(listOf(entry).allowsHost(host)).toBe(allowed);
  });

  it.each([
    ...["", " ", "*", "*.", "*.*.com", "a..b", "-a.com", "http://a.com", "a.com:80", "a.com/path", "a b"],
    ...["10/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129", "10.0.0.0/8/8", "fe80::1%eth0"],
    ...["127.1", "0x7f.1", "0177.0.0.1", "2130706433", "1.2.3.4.5", "[::1]", "münchen.de"],
  ])("gives a problem when an entry is %j", (entry) => {
    expect(parseAllowList(["10.0.0.1", entry])).toMatchObject({
      ok: false,
      index: 1,
      message: expect.stringMatching(/^Cannot allow ".*": /),
      allowed: expect.stringContaining("10.0.0.0/8"),
    });
  });

  it("never throws when an entry is anything at all", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (entry) => void parseAllowList([entry])));
  });
});
