import { beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../store/store.ts";
import { type ApiRig, createApiRig, KEYS, TENANT } from "./app-fixture.ts";
import { readOperations, type TestedOperation } from "./document-fixture.ts";
import {
  answersOf,
  askEverything,
  furnish,
  inventory,
  isAnsweredToOwner,
  leaksIn,
  MARK,
  namesOf,
  statusFor,
  waitAsLong,
} from "./isolation-fixture.ts";

/** POSTs that change nothing. */
const HARMLESS = ["POST /v1/schedules/preview", "POST /v1/campaigns/preview"];

/** Open to whoever has an address that nobody can guess, and no list tells: its own test reads one. */
const BY_ADDRESS = ["GET /calendar/{file}"];

async function furnishedRig(): Promise<ApiRig> {
  const rig = await createApiRig();
  await furnish(rig);
  return rig;
}

let operations: TestedOperation[] = [];
beforeAll(async () => {
  operations = await readOperations((await createApiRig()).app);
});

/** What goes wrong when a store forgets whose things it is asked for. */
async function leaksWith(forgetful: (real: () => Store) => Partial<Store>): Promise<string[]> {
  const rig: ApiRig = await createApiRig({ store: forgetful(() => rig.store) });
  await furnish(rig);
  const names = await namesOf(rig, operations);
  return leaksIn(await askEverything(rig, operations, names), names);
}

describe("every operation of the API", () => {
  test("tells and changes nothing of another tenant", async () => {
    const rig = await furnishedRig();
    const names = await namesOf(rig, operations);
    expect(names.length).toBeGreaterThan(15);
    const before = await inventory(rig, operations);
    expect(JSON.stringify(before).split(MARK).length).toBeGreaterThan(10);
    const asked = await askEverything(rig, operations, names);
    expect(leaksIn(asked, names)).toEqual([]);
    expect(await inventory(rig, operations)).toEqual(before);
  });

  test("answers a tenant alike whether another one has things or not", async () => {
    const rig = await furnishedRig();
    const empty = await createApiRig();
    await waitAsLong(empty);
    const answers = answersOf(await askEverything(rig, operations, []));
    expect(answers.length).toBeGreaterThan(10);
    expect(answers).toEqual(answersOf(await askEverything(empty, operations, [])));
  });

  test("is asked in a way that its owner gets a good answer to", async () => {
    const failed: string[] = [];
    let rig = await furnishedRig();
    const names = await namesOf(rig, operations);
    for (const operation of operations.filter(({ name }) => !BY_ADDRESS.includes(name))) {
      if (!(await isAnsweredToOwner(rig, operation, names))) failed.push(operation.name);
      if (operation.method !== "GET") rig = await furnishedRig();
    }
    expect(failed).toEqual([]);
  });

  test("asks for the scope that fits it, and refuses keys without that scope", async () => {
    const rig = await createApiRig();
    const wrong: string[] = [];
    for (const operation of operations) {
      if (operation.scope === null) continue;
      if (operation.scope !== scopeThatFits(operation))
        wrong.push(`${operation.name} asks ${operation.scope}`);
      for (const key of ["read", "write"] as const) {
        const isAllowed = operation.scope === "any" || operation.scope === key;
        const isRefused = (await statusFor(rig, operation, key)) === 403;
        if (isAllowed === isRefused) wrong.push(`${operation.name} with a key of the scope ${key}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("would be caught if it forgot the tenant", async () => {
    const leaks = await leaksWith((real) => ({
      findReminder: (_tenantId, id) => real().findReminder(TENANT.id, id),
      listInbox: (request) => real().listInbox({ ...request, tenantId: TENANT.id }),
      revokeKey: (request) => real().revokeKey({ ...request, tenantId: TENANT.id }),
    }));
    const isFound = (start: string) => leaks.some((leak) => leak.startsWith(start));
    expect(isFound("GET /v1/reminders/{id} answers 200")).toBe(true);
    expect(isFound("GET /v1/inbox answers 200")).toBe(true);
    expect(isFound("DELETE /v1/keys/{id} answers 204")).toBe(true);
    expect(isFound("GET /v1/reminders answers")).toBe(false);
  });
});

describe("what a request may refer to", () => {
  test("never is another tenant's endpoint", async () => {
    const { send } = await furnishedRig();
    const body = { schedule: { in: "P1D" }, to: { endpoint: MARK }, message: "Ring" };
    const path = "/v1/reminders";
    const theirs = await send({ method: "POST", path, body, key: "stranger" });
    expect(theirs).toMatchObject({ status: 400, body: { errors: [{ path: "/to/endpoint" }] } });
    expect((await send({ method: "POST", path, body })).status).toBe(201);
  });

  test("never is another tenant's Idempotency-Key", async () => {
    const { send } = await createApiRig();
    const body = { schedule: { in: "P1D" }, to: { channel: "inbox" }, message: "Ring" };
    const request = { method: "POST", path: "/v1/reminders", body, headers: { "idempotency-key": "one" } };
    const mine = await send(request);
    const theirs = await send({ ...request, key: "stranger" });
    expect(theirs.status).toBe(201);
    expect(theirs.headers.get("idempotency-replayed")).toBeNull();
    expect(theirs.body.id).not.toBe(mine.body.id);
  });
});

describe("a stream of events", () => {
  test("tells of its own tenant alone", async () => {
    const { app, send, clock } = await createApiRig();
    const headers = { authorization: `Bearer ${KEYS.stranger}`, accept: "text/event-stream" };
    const { body } = await app.request("/v1/events", { headers }, {});
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let told = (await reader?.read())?.value ?? "";
    const request = {
      method: "POST",
      path: "/v1/reminders",
      body: { schedule: { in: "P1D" }, to: { channel: "inbox" }, message: "Ring" },
    };
    const mine = await send(request);
    const theirs = await send({ ...request, key: "stranger" });
    const next = reader?.read();
    await clock.advance(1_000);
    told += (await next)?.value ?? "";
    expect(told).toContain(theirs.body.id);
    expect(told).not.toContain(mine.body.id);
    await reader?.cancel();
  });
});

/** The scope by the look of an operation. */
function scopeThatFits({ name, method, path }: TestedOperation): string {
  if (path === "/v1/keys/current") return "any";
  if (/^\/v1\/(?:keys|tenants|workers)\b/.test(path)) return "admin";
  return method === "GET" || HARMLESS.includes(name) ? "read" : "write";
}
