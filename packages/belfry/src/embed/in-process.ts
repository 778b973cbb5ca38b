import { PROBLEM_TYPE } from "../http/problem.ts";
import type { App } from "../http/routing.ts";
import type { Problem } from "../http/schemas/problem.ts";

/** The way to the API that needs no port. */
export interface InProcess {
  fetch: typeof fetch;
  /** Aborted when it closes. */
  closing: AbortSignal;
  /** Refuses new calls, ends streams, and resolves when the calls that are running have been answered. */
  close(): Promise<void>;
}

/** Calls the API as a server would be called, with the same answers, but within this process. */
export function createInProcess(app: Pick<App, "fetch">): InProcess {
  const running = new Set<Promise<Response>>();
  const closing = new AbortController();
  const bindings = { closing: closing.signal };
  const ask = async (...call: Parameters<typeof fetch>): Promise<Response> => {
    if (closing.signal.aborted) return refusal();
    const request = new Request(...call);
    const answering = Promise.resolve(app.fetch(request, bindings));
    running.add(answering);
    try {
      return cutBy(request.signal, await answering);
    } finally {
      running.delete(answering);
    }
  };
  const close = async (): Promise<void> => {
    closing.abort();
    await Promise.allSettled(running);
  };
  return { fetch: ask, closing: closing.signal, close };
}

/** A stream must end for whoever aborts it, as it does where there is a connection to break. */
function cutBy(signal: AbortSignal, response: Response): Response {
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  if (!isStream || !response.body) return response;
  return new Response(response.body.pipeThrough(new TransformStream(), { signal }), response);
}

function refusal(): Response {
  const code = "stopped";
  const problem: Problem = {
    type: `urn:belfry:problem:${code}`,
    title: "Belfry cannot answer now",
    status: 503,
    detail: "Cannot answer: this Belfry has been stopped",
    code,
  };
  const headers = { "content-type": PROBLEM_TYPE };
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}
