import { type ApiRig, KEYS, type Sent, TENANT } from "./app-fixture.ts";
import type { TestedOperation } from "./document-fixture.ts";

/** Stands in every text of the tenant whose things nobody else may see. */
export const MARK = "secret-of-a";
/** The tenant that has things, which also runs the installation, and the one that tries to get at them. */
const OWNER = "admin";
const INTRUDER = "stranger";

/** An answer to one of the requests that an operation takes. */
export interface Asked {
  operation: TestedOperation;
  sent: Sent;
  status: number;
  /** The body's text. */
  text: string;
}

/** Gives the owner one of everything: what waits, what was delivered, what is dead, an endpoint, a key. */
export async function furnish(rig: ApiRig): Promise<void> {
  const post = (path: string, body: object) => rig.send({ method: "POST", path, body });
  const to = { channel: "inbox" };
  await post("/v1/endpoints", { name: MARK, url: `https://${MARK}.example/` });
  await post("/v1/reminders", { schedule: { cron: "0 9 * * *" }, to: { endpoint: MARK }, message: MARK });
  await post("/v1/reminders", {
    schedule: { cron: "*/5 * * * *" },
    to,
    message: MARK,
    metadata: { note: MARK },
  });
  const recipient = { firstName: MARK, addresses: { webhook: `https://${MARK}.example/` } };
  await post("/v1/recipients", { ...recipient, externalId: `first ${MARK}` });
  await post("/v1/recipients", recipient);
  await post("/v1/campaigns", { name: MARK, schedule: { cron: "0 9 * * *" }, message: MARK });
  await rig.engine.inStep();
  // The owner that the document's examples name.
  await post("/v1/recipients", { ...recipient, externalId: "user-0815" });
  await post("/v1/calendar-events", { owner: "user-0815", title: MARK, start: "2026-03-10" });
  await post("/v1/recipients/user-0815/calendar", {});
  await post("/v1/keys", { name: MARK, scopes: ["read"] });
  await rig.store.putInbox({
    tenantId: TENANT.id,
    deliveryId: "dlv_in_the_inbox",
    reminderId: "rem_in_the_inbox",
    content: { text: MARK },
    dueMs: rig.clock.now(),
    receivedAtMs: rig.clock.now(),
  });
  await rig.engine.start();
  await post("/v1/reminders", { schedule: { in: "PT1S" }, to, message: MARK });
  await rig.clock.advance(2_000);
  rig.outcome({ kind: "permanent", error: `timeout of ${MARK}` });
  await post("/v1/reminders", { schedule: { in: "PT1S" }, to, message: MARK });
  await rig.clock.advance(2_000);
  await rig.engine.stop();
}

/** As much time as the furnishing takes. */
export async function waitAsLong(rig: ApiRig): Promise<void> {
  await rig.clock.advance(4_000);
}

/** Every id and cursor that the owner's own lists tell, and the name of its endpoint. */
export async function namesOf(rig: ApiRig, operations: readonly TestedOperation[]): Promise<string[]> {
  const names = new Set([MARK]);
  for (const { path } of operations.filter(isList)) {
    for (const query of ["", "?limit=1"]) {
      for (const name of namesIn((await rig.send({ path: `${path}${query}`, key: OWNER })).body))
        names.add(name);
    }
  }
  for (const own of [INTRUDER, `key_${INTRUDER}`, "tnt_other"]) names.delete(own);
  return [...names];
}

/** What the owner sees of its things. */
export async function inventory(
  rig: ApiRig,
  operations: readonly TestedOperation[],
): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  for (const name of ["", ...(await namesOf(rig, operations))]) {
    for (const operation of operations.filter((one) => one.method === "GET" && one.scope !== null)) {
      if ((name === "") !== (operation.pathParameters.length === 0)) continue;
      const path = filled(operation, name);
      const { status, body } = await rig.send({ path, key: OWNER });
      if (status === 200) seen[path] = body;
    }
  }
  return seen;
}

/** Asks everything that can be asked, with one tenant's key and the other's ids, names and cursors. */
export async function askEverything(
  rig: ApiRig,
  operations: readonly TestedOperation[],
  names: readonly string[],
): Promise<Asked[]> {
  const asked: Asked[] = [];
  // Reading comes first, while the intruder has nothing of its own.
  const inOrder = [...operations.filter(isList), ...operations.filter((one) => !isList(one))];
  for (const operation of inOrder) {
    for (const sent of requestsOf(operation, names)) {
      const key = operation.scope === null ? null : INTRUDER;
      asked.push({ operation, sent, ...(await ask(rig, { ...sent, key })) });
    }
  }
  return asked;
}

/** Those answers that tell something of the owner, or that did not refuse what only the owner has. */
export function leaksIn(asked: readonly Asked[], names: readonly string[]): string[] {
  return asked.flatMap(({ operation, sent, status, text }) => {
    const given = JSON.stringify(sent);
    const told = names.filter(isTelling).filter((name) => text.includes(name) && !given.includes(name));
    const isRefused = operation.pathParameters.length === 0 || status === 404 || status === 403;
    if (told.length === 0 && isRefused) return [];
    return [`${operation.name} answers ${status} to ${given} and tells ${told.join(", ") || "nothing"}`];
  });
}

/** Events are numbered in each tenant by itself, and a cursor is a place: alone they tell nothing. */
function isTelling(name: string): boolean {
  return name === MARK || /^[a-z]{3}_/.test(name);
}

/** The answers to what names nothing of the owner's, without what is fresh in each: ids and keys. */
export function answersOf(asked: readonly Asked[]): string[] {
  return asked
    .filter(({ operation }) => operation.scope !== null && operation.pathParameters.length === 0)
    .filter(({ sent }) => !sent.path.includes("?"))
    .map(({ operation, status, text }) => `${operation.name} ${status} ${withoutFresh(text)}`);
}

function withoutFresh(text: string): string {
  return text
    .replace(/\b(rem|rcp|cmp|dlv|occ|end|key|tnt|evt|cal|req)_[\w.]+/g, "$1_…")
    .replace(/bel_\w+/g, "bel_…")
    .replace(/calendar\/\w+\.ics/g, "calendar/….ics")
    .replace(/"hint":"\w+"/g, '"hint":"…"');
}

/** Whether the owner gets a good answer to the same request, for one of its own names. */
export async function isAnsweredToOwner(
  rig: ApiRig,
  operation: TestedOperation,
  names: readonly string[],
): Promise<boolean> {
  for (const name of operation.pathParameters.length === 0 ? [""] : names) {
    if ((await ask(rig, { ...plainRequest(operation, name), key: OWNER })).status < 300) return true;
  }
  return false;
}

/** One request of each operation, for a key of any scope. */
export async function statusFor(
  rig: ApiRig,
  operation: TestedOperation,
  key: keyof typeof KEYS,
): Promise<number> {
  return (await rig.send({ ...plainRequest(operation, "nothing"), key })).status;
}

/** Whatever the answer is, as text: not all of them are JSON. */
async function ask({ app }: ApiRig, { method = "GET", path, body, key }: Sent) {
  const headers = {
    ...(key ? { authorization: `Bearer ${KEYS[key]}` } : {}),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await app.request(path, init);
  return { status: response.status, text: await response.text() };
}

function requestsOf(operation: TestedOperation, names: readonly string[]): Sent[] {
  const isOfOne = operation.pathParameters.length > 0;
  const plain = (isOfOne ? names : [""]).map((name) => plainRequest(operation, name));
  // A filter that is left out means everything there is.
  const emptied =
    isOfOne || operation.body === undefined ? [] : [{ ...plainRequest(operation, ""), body: {} }];
  const queried = operation.queryParameters.flatMap((parameter) =>
    names.flatMap((name) =>
      plain.map((sent) => ({ ...sent, path: `${sent.path}?${parameter}=${encodeURIComponent(name)}` })),
    ),
  );
  return [...plain, ...emptied, ...queried];
}

function plainRequest(operation: TestedOperation, name: string): Sent {
  const { method, body } = operation;
  return { method, path: filled(operation, name), ...(body === undefined ? {} : { body }) };
}

function filled({ path }: TestedOperation, name: string): string {
  return path.replaceAll(/\{\w+\}/g, encodeURIComponent(name));
}

function isList({ method, scope, pathParameters }: TestedOperation): boolean {
  return method === "GET" && scope !== null && pathParameters.length === 0;
}

/** Whatever is called an id or a cursor. */
function namesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const isName = /^(?:id|nextCursor|\w+Id)$/.test(name) && typeof child === "string";
    return isName ? [child] : namesIn(child);
  });
}
