import { describe, expect, test } from "vitest";
import { type DatabaseAddress, readDatabaseAddress } from "./database-address.ts";

const NORMAL: DatabaseAddress = {
  host: "db.test",
  port: 5432,
  user: "ada",
  password: "",
  database: "belfry",
  tlsMode: "disable",
  authorityPath: null,
  certificatePath: null,
  keyPath: null,
};

describe("readDatabaseAddress()", () => {
  test.each<[string, Partial<DatabaseAddress>]>([
    ["postgres://ada@db.test/belfry", {}],
    ["postgresql://ada@db.test/belfry", {}],
    ["postgres://ada:pass@db.test:6000/belfry", { password: "pass", port: 6000 }],
    ["postgres://db.test/belfry", { user: "postgres" }],
    [
      "postgres://a%40b:p%2Fq%3A%25@db.test/my%20bells",
      { user: "a@b", password: "p/q:%", database: "my bells" },
    ],
    ["postgres://ada@[::1]:6000/belfry", { host: "::1", port: 6000 }],
    ["postgres://ada@127.0.0.1/belfry", { host: "127.0.0.1" }],
    ["postgres://ada@localhost/belfry?host=/run/postgresql", { host: "/run/postgresql" }],
    ["postgres://ada@/belfry?host=/run/postgresql", { host: "/run/postgresql" }],
    ["postgres://ada:pass@:6000/belfry?host=%2Frun", { host: "/run", port: 6000, password: "pass" }],
    ["postgres:///belfry?host=/run/postgresql", { host: "/run/postgresql", user: "postgres" }],
    [
      "postgres://ada@db.test/belfry?sslmode=verify-full&sslrootcert=/ca.crt&sslcert=/me.crt&sslkey=/me.key",
      { tlsMode: "verify-full", authorityPath: "/ca.crt", certificatePath: "/me.crt", keyPath: "/me.key" },
    ],
  ])("readDatabaseAddress() reads %s", (text, parts) => {
    expect(readDatabaseAddress(text)).toEqual({ ok: true, address: { ...NORMAL, ...parts } });
  });

  test.each([
    ["belfry", "it is no URL"],
    ["http://ada:tr0ub@db.test/belfry", "it does not begin with postgres://"],
    ["postgres://ada:tr0ub@db.test", "it names no database"],
    ["postgres://ada:tr0ub@db.test/", "it names no database"],
    [
      "postgres://ada:tr0ub@one.test,two.test/belfry",
      "it names several hosts; name the one that takes writes",
    ],
    ["postgres://ada:tr0ub@db.test/belfry?sslmode=strict", "its sslmode is none of disable, allow, prefer"],
    ["postgres://ada:tr0ub@db.test/belfry?sslMode=require", "it has an unknown parameter"],
    [
      "postgres://ada:tr0ub@db.test/belfry?channel_binding=require",
      'there is no parameter "channel_binding"',
    ],
    ["postgres://ada:tr0ub@db.test:99999/belfry", "it is no URL"],
    ["postgres://ada:tr 0ub@db.test:x/belfry", "it is no URL"],
    ["postgres://ada:tr0ub%@db.test/belfry", "it has a % that begins no %XX"],
    [
      "postgres://ada:12/tr0ub@db.test/belfry",
      "its database is no name; special characters are written as %XX",
    ],
    [
      "postgres://ada:12/x#tr0ub@db.test/belfry",
      "its database is no name; special characters are written as %XX",
    ],
    ["postgres://ada:12/x?tr0ub@db.test/belfry", "it has an unknown parameter"],
  ])("readDatabaseAddress() says what is wrong with %s, and nothing of its password", (text, reason) => {
    const read = readDatabaseAddress(text);
    expect(read).toEqual({ ok: false, reason: expect.stringContaining(reason) });
    expect(JSON.stringify(read)).not.toMatch(/tr ?0ub/);
  });
});
