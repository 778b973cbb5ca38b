import { Agent, request } from "undici";
import { expect, test } from "vitest";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { type SeededRandom, seededRandom } from "../faults/seeded-random.ts";
import { AnswerCheck } from "./answer-check.ts";
import { type Call, DocumentedCalls, type OpenApi } from "./documented-calls.ts";
import { residentMiB } from "./resident-memory.ts";
import type { Json } from "./schema-values.ts";

const CALLS = 10_000;
const AT_ONCE = 10;
/** What takes longer than this hangs. */
const ANSWER_WITHIN_MS = 10_000;
/** Rows, caches and garbage of ten thousand calls; a leak of a body each would be far more. */
const MOST_GROWTH_MIB = 200;

/** Makes one call; what is wrong with its answer, and the answer itself. */
async function make(call: Call, { url, key, dispatcher, check }: World) {
  const answer = await request(url + call.url, {
    method: call.method.toUpperCase() as "GET",
    headers: { ...call.headers, authorization: `Bearer ${key}` },
    body: call.body,
    dispatcher,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const text = await answer.body.text();
  const faults = check.faults(call, { status: answer.statusCode, headers: answer.headers, text });
  return { faults, text, status: answer.statusCode };
}

interface World {
  url: string;
  key: string;
  dispatcher: Agent;
  check: AnswerCheck;
}

/** Calls until so many are made; tells what was wrong, and how often each status came. */
async function callAll(world: World, document: OpenApi, random: SeededRandom) {
  const calls = new DocumentedCalls(document, random);
  const wrong: string[] = [];
  const statuses = new Map<number, number>();
  let left = CALLS;
  const caller = async (): Promise<void> => {
    while (left-- > 0 && wrong.length < 5) {
      const call = calls.next();
      const shown = `${call.method} ${call.url} ${JSON.stringify(call.headers)} ${call.body?.slice(0, 500)}`;
      const { faults, text, status } = await make(call, world).catch((error: unknown) => {
        throw new Error(`Cannot call ${shown}`, { cause: error });
      });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (faults.length > 0)
        wrong.push(`${shown}\n  -> ${status} ${text.slice(0, 500)} ${faults.join("; ")}`);
      if (status < 300 && text.startsWith("{")) calls.learn(JSON.parse(text) as Json);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return { wrong, statuses };
}

test("ten thousand calls made from the document are answered as it says", async () => {
  const random = seededRandom();
  await using belfry = await BelfryProcess.start({ BELFRY_LOG_LEVEL: "error" });
  const { body: document } = await belfry.api<OpenApi>("GET", "/openapi.json");
  const dispatcher = new Agent({ connections: AT_ONCE });
  const world = { url: await belfry.url(), key: belfry.key, dispatcher, check: new AnswerCheck(document) };
  const before = residentMiB(belfry.pid);
  const { wrong, statuses } = await callAll(world, document, random);
  await dispatcher.close();
  expect(wrong, `BELFRY_TEST_SEED=${random.seed}`).toEqual([]);
  // Neither all refused nor all let through: the calls reach what lies behind the checks.
  for (const status of [200, 201, 400, 404]) expect(statuses.get(status) ?? 0).toBeGreaterThan(100);
  expect(residentMiB(belfry.pid) - before).toBeLessThan(MOST_GROWTH_MIB);
  expect(belfry.complaints).toBe("");
}, 180_000);
