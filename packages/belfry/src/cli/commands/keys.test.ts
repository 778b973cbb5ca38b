import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../test/app-fixture.ts";

let app: AppUnderTest;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

describe("belfry keys", () => {
  test("keys create prints the key alone beside its results, and it works", async () => {
    const { code, out, err } = await app.run(["keys", "create", "ci", "--scopes", "read,write"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^bel_\w+\n$/);
    expect(err).toMatch(/^Created "ci" \(key_\w+\); its key is shown this once:\n$/);
    const current = await app.run(["keys", "current"], { env: { BELFRY_KEY: out.trim() } });
    expect(current.out).toMatch(/^"ci" \(key_\w+\) of tenant .*, which may read, write; from BELFRY_KEY\n$/);
  });

  test("keys create prints the answer of the API alone when asked for JSON", async () => {
    const argv = ["keys", "create", "ci", "--scopes", "read", "--expires", "2027-01-01 00:00", "--json"];
    const { out, err } = await app.run(argv);
    expect(err).toBe("");
    expect(JSON.parse(out)).toMatchObject({
      key: expect.stringMatching(/^bel_/),
      scopes: ["read"],
      expiresAt: "2026-12-31T23:00:00Z",
    });
  });

  test("keys lists them without the keys, and revoke ends one", async () => {
    const { key, id, hint } = JSON.parse(
      (await app.run(["keys", "create", "ci", "--scopes", "read", "--json"])).out,
    );
    const listed = await app.run(["keys"]);
    expect(listed.out).toMatch(new RegExp(`^${id} +ci +read +…${hint} +never +never$`, "m"));
    expect(listed.out).not.toContain(key);
    expect(await app.run(["keys", "revoke", id])).toMatchObject({ code: 0, out: `Revoked ${id}.\n` });
    const refused = await app.run(["keys", "current"], { env: { BELFRY_KEY: key } });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("refused the key from BELFRY_KEY");
  });

  test.each([
    [["keys", "create", "ci"], "required option '--scopes <scopes>' not specified"],
    [["keys", "create", "ci", "--scopes", "root"], "Allowed: read, write, admin, joined by commas."],
    [["keys", "destroy"], "unknown command 'keys destroy'"],
  ])("%j ends with 2", async (argv, part) => {
    const { code, err } = await app.run(argv);
    expect(code).toBe(2);
    expect(err).toContain(part);
  });
});

describe("belfry tenants", () => {
  test("tenants create prints the key alone beside its results; show and list tell of the tenant", async () => {
    const argv = ["tenants", "create", "Acme", "--id", "tnt_acme", "--zone", "local"];
    const { out, err } = await app.run(argv);
    expect(out).toMatch(/^bel_\w+\n$/);
    expect(err).toBe("Created Acme (tnt_acme, Europe/Paris); its key is shown this once:\n");
    expect((await app.run(["tenants", "show", "tnt_acme"])).out).toMatch(
      /^tenant +tnt_acme\nname +Acme\ntime zone +Europe\/Paris\nadded +Sun 01 Mar 2026/,
    );
    expect((await app.run(["tenants"])).out).toMatch(/^tnt_acme +Acme +Europe\/Paris /m);
    const current = await app.run(["keys", "current", "--json"], { env: { BELFRY_KEY: out.trim() } });
    expect(JSON.parse(current.out)).toMatchObject({ tenant: { id: "tnt_acme" }, isOperator: false });
  });

  test("tenants create prints the answer of the API alone when asked for JSON", async () => {
    const { out, err } = await app.run(["tenants", "create", "Acme", "--json"]);
    expect(err).toBe("");
    expect(JSON.parse(out)).toMatchObject({
      name: "Acme",
      adminKey: { key: expect.stringMatching(/^bel_/) },
    });
  });

  test("tenants is refused when the key is not the operator's", async () => {
    const { key } = JSON.parse((await app.run(["keys", "create", "x", "--scopes", "read", "--json"])).out);
    const { code, err } = await app.run(["tenants"], { env: { BELFRY_KEY: key } });
    expect(code).toBe(1);
    expect(err).toMatch(/^Cannot list tenants: /);
  });
});
