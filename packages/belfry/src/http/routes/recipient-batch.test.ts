import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig, type Got } from "../app-fixture.ts";
import { errorAt } from "./reminder-fixture.ts";

type Results = {
  status: number;
  changed?: boolean;
  recipient?: Record<string, unknown>;
  problem?: Got["body"];
}[];

async function upsert({ send }: Pick<ApiRig, "send">, recipients: unknown[]): Promise<Results> {
  const got = await send({ method: "POST", path: "/v1/recipients/batch", body: { recipients } });
  if (got.status !== 200) throw new Error(`Cannot upsert: ${JSON.stringify(got.body)}`);
  return got.body.results as Results;
}

describe("POST /v1/recipients/batch", () => {
  test("makes 1000 at once, and a second time changes nothing", async () => {
    const rig = await createApiRig();
    const many = Array.from({ length: 1000 }, (_, at) => ({
      externalId: `user-${at}`,
      firstName: `N${at}`,
      addresses: { sms: "+14155552671" },
    }));
    const first = await upsert(rig, many);
    expect(first.map(({ status }) => status)).toEqual(many.map(() => 201));
    expect(await rig.store.countRecipients("tnt_test")).toBe(1000);
    const second = await upsert(rig, many);
    expect(second.every(({ status, changed }) => status === 200 && changed === false)).toBe(true);
    expect(second.at(-1)?.recipient).toEqual(first.at(-1)?.recipient);
  });

  test("changes only what is given, and takes away what is null", async () => {
    const rig = await createApiRig();
    const ada = { externalId: "a", firstName: "Ada", addresses: { email: "a@b.co", sms: "+14155552671" } };
    await upsert(rig, [ada]);
    const patch = { externalId: "a", timeZone: "Europe/Paris", addresses: { sms: null }, firstName: null };
    expect(await upsert(rig, [patch])).toMatchObject([
      {
        status: 200,
        changed: true,
        recipient: { revision: 2, addresses: { email: "a@b.co" }, firstName: null },
      },
    ]);
  });

  test("answers each for itself, and stores the good ones", async () => {
    const rig = await createApiRig();
    const results = await upsert(rig, [
      { externalId: "a" },
      { firstName: "Nameless" },
      { externalId: "b", timeZone: "EST", colour: "red" },
      { externalId: "a", firstName: "Again" },
      7,
      { externalId: "c", firstName: "a\u0000b" },
      { externalId: "rcp_x" },
      { externalId: "d" },
    ]);
    expect(results.map(({ status }) => status)).toEqual([201, 400, 400, 400, 400, 400, 400, 201]);
    const errorOf = (at: number, path: string) =>
      errorAt({ status: 400, headers: new Headers(), body: results[at]?.problem ?? {} }, path);
    expect(errorOf(1, "/externalId")).toMatchObject({
      message: "is missing",
      allowed: expect.stringContaining("your own id"),
    });
    expect(errorOf(2, "/timeZone")).toMatchObject({ value: "EST" });
    expect(errorOf(2, "/colour")).toMatchObject({ message: "is not a known field" });
    expect(errorOf(3, "/externalId")).toMatchObject({ message: "is there already", value: "a" });
    expect(errorOf(4, "")).toMatchObject({ message: "is not a JSON object" });
    expect(errorOf(5, "/firstName")).toBeDefined();
    expect(errorOf(6, "/externalId")).toBeDefined();
    expect(await rig.store.countRecipients("tnt_test")).toBe(2);
  });

  test("repeats its answer for the same Idempotency-Key, and does nothing twice", async () => {
    const rig = await createApiRig();
    const body = { recipients: [{ externalId: "a" }, { externalId: "b", timeZone: "EST" }] };
    const request = {
      method: "POST",
      path: "/v1/recipients/batch",
      body,
      headers: { "idempotency-key": "k" },
    };
    const first = await rig.send(request);
    await rig.send({ method: "DELETE", path: "/v1/recipients/a" });
    const again = await rig.send(request);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await rig.store.countRecipients("tnt_test")).toBe(0);
    const other = { ...request, body: { recipients: [{ externalId: "z" }] } };
    expect(await rig.send(other)).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  });

  test("stays within its tenant", async () => {
    const rig = await createApiRig();
    await upsert(rig, [{ externalId: "a", firstName: "Mine" }]);
    const body = { recipients: [{ externalId: "a", firstName: "Theirs" }] };
    const theirs = await rig.send({ method: "POST", path: "/v1/recipients/batch", body, key: "stranger" });
    expect(theirs.body.results).toMatchObject([{ status: 201 }]);
    expect((await rig.send({ path: "/v1/recipients/a" })).body.firstName).toBe("Mine");
  });

  test.each([
    [{}, "/recipients"],
    [{ recipients: [] }, "/recipients"],
    [{ recipients: "a" }, "/recipients"],
    [{ recipients: Array.from({ length: 1001 }, () => ({})) }, "/recipients"],
    [{ recipients: [{ externalId: "a" }], more: 1 }, "/more"],
  ])("refuses a batch that is none: %#", async (body, path) => {
    const { send } = await createApiRig();
    const got = await send({ method: "POST", path: "/v1/recipients/batch", body });
    expect(got.status).toBe(400);
    expect(errorAt(got, path)).toMatchObject({ allowed: expect.any(String) });
  });
});
