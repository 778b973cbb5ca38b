import type { RouteConfig } from "@hono/zod-openapi";
import { PROBLEM_TYPE } from "./problem.ts";
import { PROBLEMS, type ProblemCode, type ProblemMeaning } from "./problem-codes.ts";
import { headersOf, type ResponseHeader } from "./response-headers.ts";

const PROBLEM = { $ref: "#/components/schemas/Problem" };

/** What the problems of a status may bear besides. */
const HEADERS: Readonly<Record<number, readonly ResponseHeader[]>> = {
  401: ["www-authenticate"],
  403: ["www-authenticate"],
  409: ["retry-after"],
  412: ["etag"],
  415: ["accept"],
  429: ["retry-after", "ratelimit-policy", "ratelimit"],
  503: ["retry-after"],
};

const ENTRIES = Object.entries<ProblemMeaning>(PROBLEMS) as [ProblemCode, ProblemMeaning][];

/** Those that are alone with their status, so that every operation says the same of it: components, by code. */
export const SHARED_PROBLEMS = Object.fromEntries(
  ENTRIES.filter(([, { status }]) => codesWith(status).length === 1).map(([code]) => [
    code,
    answerOf([code]),
  ]),
);

/** The problems of an operation, by status, each with the codes that this operation gives. */
export function problemAnswers(codes: readonly ProblemCode[]): RouteConfig["responses"] {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  const entries = [...byStatus].map(([status, some]) => {
    const [code] = codesWith(status);
    const isShared = code !== undefined && code in SHARED_PROBLEMS;
    return [status, isShared ? { $ref: `#/components/responses/${code}` } : answerOf(some)];
  });
  const content = { [PROBLEM_TYPE]: { schema: PROBLEM } };
  const other = { description: "any other problem", headers: headersOf([]), content };
  return { ...Object.fromEntries(entries), default: other };
}

function codesWith(status: number): ProblemCode[] {
  return ENTRIES.flatMap(([code, meaning]) => (meaning.status === status ? [code] : []));
}

function answerOf(codes: readonly ProblemCode[]) {
  const status = codes.map((code) => PROBLEMS[code].status)[0] ?? 500;
  const code = { type: "string" as const, enum: [...codes], description: "stable, for programs" };
  const schema = { allOf: [PROBLEM, { type: "object" as const, properties: { code } }] };
  return {
    description: codes.map((one) => `\`${one}\`: ${PROBLEMS[one].means}`).join("\n\n"),
    headers: headersOf(HEADERS[status] ?? []),
    content: { [PROBLEM_TYPE]: { schema } },
  };
}
