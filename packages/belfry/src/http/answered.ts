import type { Clock } from "../engine/clock.ts";
import type { AppContext } from "./request.ts";
import type { RequestIdOf } from "./request-id.ts";

/** One request, as it was answered. */
export interface Answered {
  method: string;
  /** The template of its path, such as `/v1/reminders/{id}`; null if it is none of the API's. */
  route: string | null;
  status: number;
  /** Until the answer was ready, which is before the caller has it. */
  durationMs: number;
  requestId: string;
  /** Null if no key was asked for, or none was right. */
  tenantId: string | null;
}

/** Told of every answer: it must be quick, and must not throw. */
export type OnAnswered = (answered: Answered) => void;

export type Handler = (context: AppContext) => Response | Promise<Response>;

export interface TellingOptions {
  /** Absent: nobody listens, and handlers stay as they are. */
  onAnswered?: OnAnswered | undefined;
  requestIdOf: RequestIdOf;
  clock: Pick<Clock, "now">;
  /** Makes an answer of what a handler throws. */
  refuse: (error: unknown, context: AppContext) => Response;
}

/** Has the answers of a route told, refusals among them. */
export function createTelling({ onAnswered, requestIdOf, clock, refuse }: TellingOptions) {
  return (route: string | null, handle: Handler): Handler => {
    if (!onAnswered) return handle;
    return async (context) => {
      const beganAtMs = clock.now();
      const response = await answerOf(handle, context, refuse);
      const { method } = context.req;
      const durationMs = Math.max(0, clock.now() - beganAtMs);
      const tenantId = context.get("tenant")?.id ?? null;
      const requestId = requestIdOf(context);
      onAnswered({ method, route, status: response.status, durationMs, requestId, tenantId });
      return response;
    };
  };
}

async function answerOf(
  handle: Handler,
  context: AppContext,
  refuse: TellingOptions["refuse"],
): Promise<Response> {
  try {
    return await handle(context);
  } catch (error) {
    return refuse(error, context);
  }
}
