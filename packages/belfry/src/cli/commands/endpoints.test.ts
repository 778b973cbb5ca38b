import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { readWebhookSecret } from "../../domain/webhook-secret.ts";
import type { Endpoint, InboxMessage } from "../resources.ts";
import { ok, page, runAgainst } from "../test/against.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const GENERATED = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
const URL_OF = "https://example.com/hooks";

function endpoint(changes: Partial<Endpoint> = {}): Endpoint {
  return {
    id: "end_1",
    name: "billing",
    url: URL_OF,
    state: "on",
    offReason: null,
    secretCount: 0,
    revision: 1,
    createdAt: "2026-11-20T10:00:00Z",
    updatedAt: "2026-11-20T10:00:00Z",
    ...changes,
  };
}

const ANSWERS = {
  "POST /v1/endpoints": { status: 201, body: endpoint() },
  "PATCH /v1/endpoints/billing": ok(endpoint({ state: "off", offReason: "by a caller", secretCount: 1 })),
  "GET /v1/endpoints/billing": ok(endpoint({ secretCount: 2 })),
  "GET /v1/endpoints?limit=20": page([endpoint(), endpoint({ name: "old", state: "off" })]),
  "DELETE /v1/endpoints/billing": { status: 204, body: null },
};

describe("belfry endpoints", () => {
  test.each([[["endpoints"]], [["endpoints", "list"]]])("%j lists endpoints", async (argv) => {
    const { code, out } = await runAgainst(ANSWERS, argv);
    expect(code).toBe(0);
    expect(out).toBe(
      "NAME     STATE  SECRETS  URL\n" +
        `billing  on           0  ${URL_OF}\n` +
        `old      off          0  ${URL_OF}\n`,
    );
  });

  test("endpoints takes the options of its list when it stands alone", async () => {
    const { out } = await runAgainst({ "GET /v1/endpoints?limit=5": page([]) }, [
      "endpoints",
      "--limit",
      "5",
      "--json",
    ]);
    expect(JSON.parse(out)).toEqual({ items: [], nextCursor: null });
  });

  test("endpoints show tells how many secrets it has, never which", async () => {
    const { out } = await runAgainst(ANSWERS, ["endpoints", "show", "billing"]);
    expect(out).toMatch(
      /^endpoint +billing\nurl +https:\/\/example\.com\/hooks\nstate +on\nsigned by +2 of its own\n/,
    );
  });

  test("endpoints add names a destination without secrets when none are given", async () => {
    const { code, out, seen } = await runAgainst(ANSWERS, ["endpoints", "add", "billing", URL_OF]);
    expect(code).toBe(0);
    expect(seen[0]?.body).toEqual({ name: "billing", url: URL_OF });
    expect(out).toContain(`Added billing: ${URL_OF}\n`);
  });

  test("endpoints add sends a secret and shows it once when it is to make one", async () => {
    const argv = ["endpoints", "add", "billing", URL_OF, "--generate-secret"];
    const { out, seen } = await runAgainst(ANSWERS, argv, { randomBytes: (count) => Buffer.alloc(count, 9) });
    expect(seen[0]?.body).toEqual({ name: "billing", url: URL_OF, secrets: [GENERATED] });
    expect(out).toContain(`Its secret, shown this once: ${GENERATED}\n`);
    expect(readWebhookSecret(GENERATED).ok).toBe(true);
  });

  test("endpoints add makes another secret each time", async () => {
    const argv = ["endpoints", "add", "billing", URL_OF, "--generate-secret", "--json"];
    const secrets = await Promise.all(
      [1, 2].map(async () => JSON.parse((await runAgainst(ANSWERS, argv)).out).secret as string),
    );
    expect(new Set(secrets).size).toBe(2);
    expect(secrets.every((secret) => readWebhookSecret(secret).ok)).toBe(true);
  });

  test("endpoints edit reads secrets from standard input when they are piped in", async () => {
    const stdin = Readable.from([`${SECRET}\n${GENERATED}\n`]);
    const { out, seen } = await runAgainst(ANSWERS, ["endpoints", "edit", "billing", "--secret-stdin"], {
      stdin,
    });
    expect(seen[0]?.body).toEqual({ secrets: [SECRET, GENERATED] });
    expect(out).not.toContain("whsec_");
  });

  test("endpoints edit reads secrets from a file, and changes what else is named", async () => {
    const folder = await mkdtemp(join(tmpdir(), "belfry-secret-"));
    const path = join(folder, "billing.secret");
    await writeFile(path, `${SECRET}\n`);
    const argv = [
      "endpoints",
      "edit",
      "billing",
      "--secret-file",
      path,
      "--url",
      "https://example.com/2",
      "--state",
      "off",
    ];
    const { code, out, seen } = await runAgainst(ANSWERS, argv);
    await rm(folder, { recursive: true });
    expect(code).toBe(0);
    expect(seen[0]?.body).toEqual({ url: "https://example.com/2", state: "off", secrets: [SECRET] });
    expect(out).toMatch(/^state +off\nreason +by a caller\nsigned by +1 of its own$/m);
  });

  test("endpoints edit takes all secrets away when told to", async () => {
    const { seen } = await runAgainst(ANSWERS, ["endpoints", "edit", "billing", "--drop-secrets"]);
    expect(seen[0]?.body).toEqual({ secrets: [] });
  });

  test("endpoints remove reports each and ends with 1 when one does not exist", async () => {
    const { code, out, err } = await runAgainst(ANSWERS, ["endpoints", "remove", "billing", "nowhere"]);
    expect(code).toBe(1);
    expect(out).toBe("Removed billing.\n");
    expect(err).toMatch(/^Cannot remove the endpoint nowhere: /);
  });

  test.each([
    [["edit", "billing"], "Cannot edit the endpoint: say what to change"],
    [["edit", "billing", "--secret-file", "/nonexistent"], "there is no file /nonexistent"],
    [["edit", "billing", "--secret-stdin"], "standard input holds no secret; allowed: one or more"],
    [["edit", "billing", "--generate-secret", "--drop-secrets"], "cannot be used with option"],
    [["add", "billing", URL_OF, "--generate-secret", "--secret-stdin"], "cannot be used with option"],
    [["add", "billing", URL_OF, "--secret", SECRET], "unknown option '--secret'"],
    [["add", "billing"], "missing required argument 'url'"],
    [["ad"], "unknown command 'endpoints ad'; allowed: list, add, show, edit, remove"],
  ])("endpoints %j ends with 2 and asks nobody", async (argv, part) => {
    const { code, err, seen } = await runAgainst(ANSWERS, ["endpoints", ...argv]);
    expect(code).toBe(2);
    expect(err).toContain(part);
    expect(seen).toEqual([]);
  });

  test("endpoints edit shows no secret when it is none", async () => {
    const stdin = Readable.from(["whsec_dG9vIHNob3J0"]);
    const { code, err } = await runAgainst(ANSWERS, ["endpoints", "edit", "billing", "--secret-stdin"], {
      stdin,
    });
    expect(code).toBe(2);
    expect(err).toContain("standard input holds no secrets: in number 1 of 1");
    expect(err).not.toContain("dG9vIHNob3J0");
  });
});

describe("belfry inbox", () => {
  const message: InboxMessage = {
    deliveryId: "dlv_1",
    reminderId: "rem_1",
    content: { title: "Stretch", text: "a\nb" },
    due: "2026-11-20T08:30:00Z",
    receivedAt: "2026-11-20T08:30:00.020Z",
    acknowledgeUrl: null,
  };

  test("inbox lists what has arrived", async () => {
    const { code, out, err } = await runAgainst({ "GET /v1/inbox?limit=20": page([message], "more") }, [
      "inbox",
    ]);
    expect(code).toBe(0);
    expect(out).toBe(
      "RECEIVED             MESSAGE       REMINDER\n2026-11-20 09:30:00  Stretch: a b  rem_1\n",
    );
    expect(err).toContain("There are more");
  });

  test("inbox says so beside its results when it is empty", async () => {
    const { out, err } = await runAgainst({ "GET /v1/inbox?limit=20": page([]) }, ["inbox"]);
    expect(out).toBe("");
    expect(err).toContain("The inbox is empty.");
  });
});
