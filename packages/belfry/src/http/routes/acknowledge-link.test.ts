import { describe, expect, test } from "vitest";
import { linksOf } from "../../embed/links.ts";
import { type ApiRig, createApiRig, TENANT } from "../app-fixture.ts";
import { acknowledgedSchema } from "../schemas/acknowledgement.ts";
import { inboxPageSchema } from "../schemas/inbox.ts";

const MINUTE = 60_000;
const PUBLIC = "https://belfry.example/bell";
const SECRET = "s".repeat(43);
const NAGGING = {
  schedule: { in: "PT1M" },
  to: { channel: "inbox" },
  message: "Done? {{ links.acknowledge }}",
  repeat: { every: "PT10M", max: 6 },
};

function signedWith(secret: string) {
  const links = linksOf(PUBLIC, { value: secret, source: "file", path: "" });
  if (!links) throw new Error("Cannot test: there are no links");
  return links;
}

/** A delivery that has been sent and nags, with the path of its link behind the proxy. */
async function nagged(): Promise<{ rig: ApiRig; id: string; path: string }> {
  const links = signedWith(SECRET);
  const rig = await createApiRig({ links });
  await rig.engine.start();
  const created = await rig.send({ method: "POST", path: "/v1/reminders", body: NAGGING });
  expect(created.status).toBe(201);
  await rig.clock.advance(2 * MINUTE);
  const { body } = await rig.send({ path: "/v1/deliveries?state=delivered" });
  const [{ id } = { id: "" }] = body.items as { id: string }[];
  const path = links.acknowledge({ tenantId: TENANT.id, id }).slice(PUBLIC.length);
  return { rig, id, path };
}

async function ask({ app }: ApiRig, path: string, init: RequestInit = {}) {
  const response = await app.request(path, { headers: { accept: "text/html,*/*" }, ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function waiting(rig: ApiRig): Promise<number> {
  return ((await rig.send({ path: "/v1/deliveries?state=scheduled" })).body.items as unknown[]).length;
}

describe("GET /a/{token}", () => {
  test("shows a page with a button, and acknowledges nothing, however often mail is looked through", async () => {
    const { rig, path } = await nagged();
    for (const method of ["GET", "HEAD", "GET"]) {
      const { status, headers, text } = await ask(rig, path, { method });
      expect(status).toBe(200);
      expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*form-action 'self'/);
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      if (method === "GET") expect(text).toContain('<form method="post"><button type="submit">');
      expect(text).not.toMatch(/Done\?|<script/);
    }
    expect(await waiting(rig)).toBe(1);
    await rig.engine.stop();
  });

  test("has no button once it is acknowledged", async () => {
    const { rig, path } = await nagged();
    await ask(rig, path, { method: "POST" });
    const { text } = await ask(rig, path);
    expect(text).toContain("was confirmed <time");
    expect(text).not.toContain("<form");
    await rig.engine.stop();
  });
});

describe("POST /a/{token}", () => {
  test("acknowledges without a key, whatever the form sends, and answers with a page", async () => {
    const { rig, path } = await nagged();
    const headers = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };
    const { status, text } = await ask(rig, path, { method: "POST", headers, body: "a=b&c" });
    expect([status, text]).toEqual([200, expect.stringContaining("<h1>Done</h1>")]);
    expect(await waiting(rig)).toBe(0);
    const again = await ask(rig, path, { method: "POST" });
    expect([again.status, again.text]).toEqual([200, text]);
    await rig.clock.advance(60 * MINUTE);
    expect((await rig.send({ path: "/v1/deliveries?state=delivered" })).body.items).toHaveLength(1);
    await rig.engine.stop();
  });

  test("answers programs with JSON", async () => {
    const { rig, path, id } = await nagged();
    const { status, text } = await ask(rig, path, { method: "POST", headers: {} });
    expect(status).toBe(200);
    expect(acknowledgedSchema.parse(JSON.parse(text))).toMatchObject({ deliveryId: id, cancelled: 1 });
    await rig.engine.stop();
  });

  test("refuses tokens that were cut, changed, made up, or signed by another installation", async () => {
    const { rig, path, id } = await nagged();
    const others = signedWith("t".repeat(43)).acknowledge({ tenantId: TENANT.id, id }).slice(PUBLIC.length);
    const foreign = signedWith(SECRET).acknowledge({ tenantId: "tnt_other", id }).slice(PUBLIC.length);
    const tokens = [
      path.slice(0, -1),
      path.replace(/^\/a\/test/, "/a/other"),
      `${path}A`,
      others,
      foreign,
      "/a/x",
    ];
    for (const token of tokens) {
      for (const method of ["GET", "POST"]) {
        const page = await ask(rig, token, { method });
        expect([token, page.status, page.text]).toEqual([
          token,
          404,
          expect.stringContaining("Unknown link"),
        ]);
        const problem = await ask(rig, token, { method, headers: {} });
        expect([problem.status, JSON.parse(problem.text).code]).toEqual([404, "not_found"]);
      }
    }
    expect(await waiting(rig)).toBe(1);
    await rig.engine.stop();
  });

  test("is not there without an address for links, and no content may hold one", async () => {
    const rig = await createApiRig();
    expect((await ask(rig, "/a/test.x.y", { method: "POST" })).status).toBe(404);
    const refused = await rig.send({ method: "POST", path: "/v1/reminders", body: NAGGING });
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ path: "/content/text", value: "links.acknowledge" }] },
    });
  });
});

describe("GET /v1/inbox", () => {
  test("tells where its messages are acknowledged", async () => {
    const { rig, path } = await nagged();
    const link = `${PUBLIC}${path}`;
    const entry = {
      tenantId: TENANT.id,
      reminderId: "rem_1",
      content: { text: link },
      dueMs: 0,
      receivedAtMs: 0,
    };
    const { body } = await rig.send({ path: "/v1/deliveries?state=delivered" });
    const [{ id } = { id: "" }] = body.items as { id: string }[];
    await rig.store.putInbox({ ...entry, deliveryId: id });
    const inbox = await rig.send({ path: "/v1/inbox" });
    expect(inboxPageSchema.parse(inbox.body).items).toMatchObject([{ acknowledgeUrl: link }]);
    await rig.engine.stop();
  });
});
