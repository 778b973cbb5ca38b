import { type FakeAnswer, type SeenRequest, startFakeServer } from "./fake-server.ts";
import { type CliRun, run, TEST_KEY } from "./run.ts";

/** A command line and what the server was asked by it. */
export interface AgainstRun extends CliRun {
  seen: SeenRequest[];
}

/**
 * Runs a command line against a server that answers from a list.
 *
 * @param answers by method and path: `GET /v1/reminders?limit=20`
 */
export async function runAgainst(
  answers: Record<string, FakeAnswer>,
  argv: readonly string[],
  overrides: Parameters<typeof run>[1] = {},
): Promise<AgainstRun> {
  const server = await startFakeServer(answers);
  try {
    const env = { BELFRY_URL: server.url, BELFRY_KEY: TEST_KEY, ...overrides.env };
    return { ...(await run(argv, { ...overrides, env })), seen: server.seen };
  } finally {
    await server.close();
  }
}

export function ok(body: unknown): FakeAnswer {
  return { status: 200, body };
}

export function page(items: unknown[], nextCursor: string | null = null): FakeAnswer {
  return ok({ items, nextCursor });
}
