import { describe, expect, test } from "vitest";
import { SettingError } from "../domain/errors.ts";
import { describeSettings, findSettingProblems, readClientSettings, readSettings } from "./settings.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

describe("readSettings()", () => {
  test("readSettings() gives the defaults when nothing is set", () => {
    const { settings, sources } = readSettings({ PATH: "/bin" });
    expect(settings).toEqual({
      host: "127.0.0.1",
      port: 8080,
      dataFolder: "./data",
      databaseUrl: undefined,
      databaseSchema: "belfry",
      databasePool: 10,
      timeZone: "UTC",
      nearWindowMs: 900_000,
      tickMs: 60_000,
      retentionMs: 2_592_000_000,
      adminKey: undefined,
      rateLimit: null,
      webhookSecrets: [],
      webhookAllow: [],
      webhookTimeoutMs: 15_000,
      logLevel: "info",
      logFormat: "auto",
      metrics: "on",
      url: undefined,
      key: undefined,
    });
    expect(new Set(Object.values(sources))).toEqual(new Set(["default"]));
  });

  test("readSettings() reads each setting when it is set", () => {
    const { settings, sources } = readSettings({
      BELFRY_HOST: "[::1]",
      BELFRY_PORT: "0",
      BELFRY_DATA: "/var/lib/belfry",
      BELFRY_TIME_ZONE: "europe/paris",
      BELFRY_NEAR_WINDOW: "PT1H",
      BELFRY_WEBHOOK_SECRETS: `${SECRET}  ${SECRET}`,
      BELFRY_WEBHOOK_ALLOW: "127.0.0.1, localhost 10.0.0.0/8",
      BELFRY_ADMIN_KEY: "k".repeat(32),
      BELFRY_RATE_LIMIT: "600/PT1M",
      BELFRY_URL: "https://belfry.example/base/",
    });
    expect(settings).toMatchObject({
      host: "::1",
      port: 0,
      dataFolder: "/var/lib/belfry",
      timeZone: "Europe/Paris",
      nearWindowMs: 3_600_000,
      webhookSecrets: [SECRET, SECRET],
      webhookAllow: ["127.0.0.1", "localhost", "10.0.0.0/8"],
      adminKey: "k".repeat(32),
      rateLimit: { quota: 600, windowMs: 60_000 },
      url: "https://belfry.example/base",
    });
    expect(sources).toMatchObject({ port: "environment", tickMs: "default" });
  });

  test("readSettings() takes an empty variable as not set when a compose file passes it on", () => {
    const { settings, sources } = readSettings({ BELFRY_PORT: "", BELFRY_ADMIN_KEY: " " });
    expect(settings.port).toBe(8080);
    expect(settings.adminKey).toBeUndefined();
    expect(sources.adminKey).toBe("default");
  });

  test("readSettings() lists every wrong setting when several are wrong", () => {
    const read = (): unknown => readSettings({ BELFRY_PORT: "99999", BELFRY_TICK: "1m", BELFRY_PROT: "1" });
    expect(read).toThrow(SettingError);
    expect(read).toThrow(
      /^Cannot use the settings: 3 wrong\n {2}BELFRY_PORT = "99999"[\s\S]*BELFRY_TICK[\s\S]*BELFRY_PROT/,
    );
  });

  test("readSettings() ignores variables when Kubernetes made them for a Service named belfry", () => {
    const env = {
      BELFRY_SERVICE_HOST: "10.0.0.1",
      BELFRY_SERVICE_PORT_HTTP: "80",
      BELFRY_PORT_80_TCP_ADDR: "x",
    };
    expect(() => readSettings(env)).not.toThrow();
  });
});

describe("readClientSettings()", () => {
  test("readClientSettings() warns of a variable that is no setting, which stops a start", () => {
    const env = { BELFRY_PORT: "9000", BELFRY_PROT: "1" };
    const { settings, warnings } = readClientSettings(env);
    expect(settings.port).toBe(9000);
    expect(warnings).toEqual(["BELFRY_PROT: there is no such setting. Did you mean BELFRY_PORT?"]);
    expect(() => readSettings(env)).toThrow("1 wrong");
  });

  test("readClientSettings() throws when a setting is wrong", () => {
    expect(() => readClientSettings({ BELFRY_PORT: "x", BELFRY_PROT: "1" })).toThrow(SettingError);
  });
});

describe("findSettingProblems()", () => {
  test.each([
    ["BELFRY_HOST", "http://localhost", "no host name"],
    ["BELFRY_HOST", "localhost:80", "no host name"],
    ["BELFRY_PORT", "65536", "from 0 to 65535"],
    ["BELFRY_PORT", "http", "whole number"],
    ["BELFRY_PORT", "tcp://10.0.0.1:80", "enableServiceLinks"],
    ["BELFRY_DATA", "a\u0000b", "NUL"],
    ["BELFRY_DATABASE_SCHEMA", "Belfry", "lower-case"],
    ["BELFRY_DATABASE_SCHEMA", "1st", "not beginning with a digit"],
    ["BELFRY_DATABASE_SCHEMA", "pg_belfry", "`pg_`"],
    ["BELFRY_DATABASE_SCHEMA", "a-b", "underscores"],
    ["BELFRY_DATABASE_SCHEMA", "b".repeat(41), "1 to 40"],
    ["BELFRY_DATABASE_POOL", "1", "too small"],
    ["BELFRY_DATABASE_POOL", "101", "from 2 to 100"],
    ["BELFRY_DATABASE_POOL", "2.5", "not a whole number"],
    ["BELFRY_DATABASE_POOL", "ten", "not a whole number"],
    ["BELFRY_TIME_ZONE", "EST", "abbreviation"],
    ["BELFRY_TIME_ZONE", "Europe/Pari", "Europe/Paris"],
    ["BELFRY_NEAR_WINDOW", "15m", "ISO 8601"],
    ["BELFRY_NEAR_WINDOW", "PT1S", "BELFRY_TICK (PT1M) or longer"],
    ["BELFRY_TICK", "PT0S", "too short"],
    ["BELFRY_RETENTION", "P1M", "fixed length"],
    ["BELFRY_RETENTION", "P9999D", "too long"],
    ["BELFRY_RATE_LIMIT", "100", "a number, a slash and a duration"],
    ["BELFRY_RATE_LIMIT", "0/PT1S", "from 1 to 1000000"],
    ["BELFRY_RATE_LIMIT", "10/PT0.1S", "too short"],
    ["BELFRY_RATE_LIMIT", "10/P1M", "ISO 8601"],
    ["BELFRY_RATE_LIMIT", "10/PT1.5S", "fraction of a second"],
    ["BELFRY_WEBHOOK_ALLOW", "10.0.0.0/8 no_such/99", '"no_such/99"'],
    ["BELFRY_WEBHOOK_TIMEOUT", "0", "PT0.1S to PT5M"],
    ["BELFRY_LOG_LEVEL", "verbose", "trace, debug, info"],
    ["BELFRY_LOG_FORMAT", "xml", "auto, json, pretty"],
    ["BELFRY_URL", "localhost:8080", "http or https"],
    ["BELFRY_URL", "http://me:secret@localhost", "credentials"],
  ])(
    "findSettingProblems() names the setting, its value and what is allowed when %s is %j",
    (env, value, part) => {
      const [problem = "", ...others] = findSettingProblems({ [env]: value });
      expect(others).toEqual([]);
      expect(problem).toContain(`${env} = ${JSON.stringify(value)}`);
      expect(problem).toContain("Allowed: ");
      expect(problem).toContain(part);
    },
  );

  test.each([
    ["BELFRY_ADMIN_KEY", "too-short-to-be-safe", "too short"],
    ["BELFRY_ADMIN_KEY", `${"k".repeat(32)}é`, "printable"],
    ["BELFRY_DATABASE_URL", "mysql://u:s3cret@h/db", "does not begin with postgres://"],
    ["BELFRY_DATABASE_URL", "postgres://u:s3/cret@h/db", "special characters are written as %XX"],
    ["BELFRY_DATABASE_URL", "postgres://u:s3cret@h", "names no database"],
    ["BELFRY_DATABASE_URL", "postgres://u:s3cret@h/db?sslmode=on", "sslmode"],
    ["BELFRY_KEY", "much-too-short", "too short"],
    ["BELFRY_WEBHOOK_SECRETS", `${SECRET} whsec_tooshort`, "number 2 of 2"],
    ["BELFRY_WEBHOOK_SECRETS", "not-a-secret", 'start with "whsec_"'],
  ])("findSettingProblems() hides the value when %s is a secret", (env, value, part) => {
    const [problem = ""] = findSettingProblems({ [env]: value });
    expect(problem).toContain(`${env} = (hidden, ${value.length} characters)`);
    expect(problem).toContain(part);
    for (const word of value.split(" ")) expect(problem).not.toContain(word);
  });

  test.each([
    ["BELFRY_PROT", "BELFRY_PORT"],
    ["BELFRY_TIMEZONE", "BELFRY_TIME_ZONE"],
    ["BELFRY_DATA_DIR", "BELFRY_DATA"],
    ["BELFRY_WEBHOOK_SECRET", "BELFRY_WEBHOOK_SECRETS"],
    ["BELFRY_LOGLEVEL", "BELFRY_LOG_LEVEL"],
  ])("findSettingProblems() suggests a name when %s is unknown", (env, nearest) => {
    expect(findSettingProblems({ [env]: "x" })).toEqual([
      `${env}: there is no such setting. Did you mean ${nearest}?`,
    ]);
  });

  test("findSettingProblems() points to the list when nothing is near", () => {
    const [problem] = findSettingProblems({ BELFRY_FROBNICATION: "x" });
    expect(problem).toContain("`belfry config` lists them all");
  });
});

describe("describeSettings()", () => {
  test("describeSettings() shows no secret when secrets are set", () => {
    const shown = JSON.stringify(
      describeSettings({ BELFRY_ADMIN_KEY: "k".repeat(40), BELFRY_WEBHOOK_SECRETS: SECRET }),
    );
    expect(shown).toContain("(hidden, 40 characters)");
    expect(shown).not.toContain("kkkk");
    expect(shown).not.toContain(SECRET.slice(6));
  });

  test("describeSettings() tells default from environment when some are set", () => {
    const rows = describeSettings({ BELFRY_PORT: "9000" });
    expect(rows.find((row) => row.env === "BELFRY_PORT")).toMatchObject({
      value: "9000",
      source: "environment",
    });
    expect(rows.find((row) => row.env === "BELFRY_HOST")).toMatchObject({
      value: "127.0.0.1",
      source: "default",
    });
  });
});
