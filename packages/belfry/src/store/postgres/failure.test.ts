import { describe, expect, test } from "vitest";
import { ConflictError, StoreError } from "../../domain/errors.ts";
import { isOfConnection, isRepeatable, isUnreachable, mayPass, storeError } from "./failure.ts";

function coded(code: string, message = "as the server words it"): Error {
  return Object.assign(new Error(message), { code });
}

describe("storeError()", () => {
  test.each([
    [
      "53300",
      "store_unreachable",
      "it takes no more connections; raise its max_connections, or lower BELFRY_DATABASE_POOL",
    ],
    ["53100", "store_full", "its disk is full; make room"],
    ["25006", "store_read_only", "it takes no writes"],
    ["57P01", "store_unreachable", "it ended the connection"],
    ["57P03", "store_unreachable", "it is starting, or being stopped"],
    ["28P01", "store_denied", "it refuses the user or the password of BELFRY_DATABASE_URL"],
    ["3D000", "store_absent", "there is no database of that name"],
    ["42P05", "store_denied", "a pooler before it lends connections for a transaction at a time"],
    ["26000", "store_denied", "a pooler before it lends connections for a transaction at a time"],
    ["08006", "store_unreachable", "the connection broke off"],
    ["ECONNREFUSED", "store_unreachable", "nobody listens there; start it, or mend BELFRY_DATABASE_URL"],
    ["ENOTFOUND", "store_unreachable", "there is no host of that name; mend BELFRY_DATABASE_URL"],
    ["EAI_AGAIN", "store_unreachable", "the name of its host cannot be looked up now"],
    ["ETIMEDOUT", "store_unreachable", "it does not answer"],
    ["EHOSTUNREACH", "store_unreachable", "its host cannot be reached"],
    ["ENOENT", "store_unreachable", "there is no socket at that path"],
    ["XX001", "store_damaged", "a table is damaged; restore it from a backup"],
    ["22P02", "store_failed", "as the server words it"],
  ])("storeError() names the cause of %s, and what helps", (code, ours, advice) => {
    const error = storeError("open", "db.test:5432/belfry", coded(code));
    expect(error).toBeInstanceOf(StoreError);
    expect(error.code).toBe(ours);
    expect(error.message).toContain(`Cannot open the database db.test:5432/belfry: ${advice}`);
  });

  test.each([
    ["timeout exceeded when trying to connect", "it does not answer in time"],
    ["Connection terminated due to connection timeout", "it does not answer in time"],
    ["Connection terminated unexpectedly", "the connection broke off"],
    ["The server does not support SSL connections", "it does not offer TLS"],
    ["self-signed certificate", "its certificate is not trusted"],
    ["certificate has expired", "its certificate has expired"],
    ["Hostname/IP does not match certificate's altnames", "its certificate is for another host"],
    [
      "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a non-empty string",
      "it asks for a password",
    ],
  ])("storeError() knows by its words what has no code: %s", (words, advice) => {
    expect(storeError("read from", "db", new Error(words)).message).toContain(
      `Cannot read from the database db: ${advice}`,
    );
  });

  test("storeError() tells which right is missing", () => {
    const error = storeError("write to", "db", coded("42501", "permission denied for table workers"));
    expect(error).toMatchObject({ code: "store_denied" });
    expect(error.message).toMatch(/lacks a right, .+ \(permission denied for table workers\)$/);
  });

  test("storeError() looks at the first of several addresses that refuse", () => {
    const all = new AggregateError([coded("ECONNREFUSED"), coded("ETIMEDOUT")]);
    expect(storeError("open", "db", all).message).toContain("nobody listens there");
  });

  test("storeError() makes a conflict of what a statement refuses, and leaves what is ours", () => {
    expect(storeError("write to", "db", coded("BFRFS", "idempotency_conflict"))).toBeInstanceOf(
      ConflictError,
    );
    const ours = new StoreError("store_newer", "Cannot open");
    expect(storeError("open", "db", ours)).toBe(ours);
  });
});

describe("mayPass()", () => {
  test.each([
    ["ECONNREFUSED", true],
    ["ENOTFOUND", true],
    ["57P03", true],
    ["53300", true],
    ["53100", true],
    ["55P03", true],
    ["28P01", false],
    ["28000", false],
    ["3D000", false],
    ["42501", false],
    ["25006", false],
    ["XX002", false],
    ["22P02", false],
  ])("mayPass() waits for the end of %s: %s", (code, passes) => {
    expect(mayPass(coded(code))).toBe(passes);
    expect(mayPass(storeError("open", "db", coded(code)))).toBe(passes);
  });

  test("mayPass() waits for no pooler to change its mind", () => {
    expect(mayPass(coded("08P01", "unsupported startup parameter: options"))).toBe(false);
    expect(mayPass(coded("08P01", "server closed the connection"))).toBe(true);
  });
});

describe("isUnreachable()", () => {
  test.each([
    ["ECONNREFUSED", true],
    ["ECONNRESET", true],
    ["57P01", true],
    ["57P03", true],
    ["53300", false],
    ["53100", false],
    ["28P01", false],
    ["23505", false],
  ])("isUnreachable() says of %s: %s", (code, isIt) => {
    expect(isUnreachable(coded(code))).toBe(isIt);
    expect(isUnreachable(storeError("write to", "db", coded(code)))).toBe(isIt);
  });
});

test("isOfConnection() and isRepeatable() tell apart what may have been done from what was not", () => {
  expect(["ECONNRESET", "57P01", "40001", "23505"].map((code) => isOfConnection(coded(code)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(["40001", "40P01", "57P01"].map((code) => isRepeatable(coded(code)))).toEqual([true, true, false]);
});
