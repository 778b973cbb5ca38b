import { describe, expect, test } from "vitest";
import { SettingError } from "../../domain/errors.ts";
import { clientConfig, placeOf } from "./connection-options.ts";

const settings = (url: string) => ({ url, schema: "bells", applicationName: "belfry test" });

describe("clientConfig()", () => {
  test.each([
    ["", false],
    ["?sslmode=disable", false],
    ["?sslmode=allow", false],
    ["?sslmode=prefer", false],
    ["?sslmode=require", { rejectUnauthorized: false }],
    ["?sslmode=verify-ca", { checkServerIdentity: expect.any(Function) }],
    ["?sslmode=verify-full", {}],
    ["?sslmode=verify-full&sslrootcert=system", {}],
  ])("clientConfig() asks for TLS as %j says", (parameters, ssl) => {
    expect(clientConfig(settings(`postgres://ada@db.test/belfry${parameters}`)).ssl).toEqual(ssl);
  });

  test("clientConfig() takes no password from elsewhere when the address has none", () => {
    const { password } = clientConfig(settings("postgres://ada@db.test/belfry"));
    expect(typeof password === "function" ? password() : password).toBe("");
    expect(clientConfig(settings("postgres://ada:pass@db.test/belfry")).password).toBe("pass");
  });

  test("clientConfig() names the file that cannot be read", () => {
    const attempt = () =>
      clientConfig(settings("postgres://ada@db.test/b?sslmode=verify-full&sslcert=/no/file"));
    expect(attempt).toThrow(SettingError);
    expect(attempt).toThrow(/^Cannot use BELFRY_DATABASE_URL: sslcert=\/no\/file cannot be read: ENOENT/);
  });
});

test.each([
  ["postgres://ada:pass@db.test/belfry?sslmode=require", "db.test:5432/belfry"],
  ["postgres://ada:pass@[::1]:6000/belfry", "[::1]:6000/belfry"],
  ["postgres://ada:pass@localhost/belfry?host=/run/postgresql", "/run/postgresql:5432/belfry"],
])("placeOf() names the database of %s without user and password", (url, place) => {
  expect(placeOf(url)).toBe(place);
});
