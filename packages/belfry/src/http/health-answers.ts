import type { Store } from "../store/store.ts";
import { type Answer, type AppContext, jsonAnswer } from "./request.ts";

/** The metrics as a scraper wants them, by its `Accept` header. */
export type RenderMetrics = (accept: string | undefined) => Promise<{ body: string; contentType: string }>;

/** A store that hangs is as good as one that refuses. */
const PING_WITHIN_MS = 2_000;

/** That the process is up. */
export function answerHealth(): Answer {
  return jsonAnswer(200, { status: "ok" });
}

/** Whether it can be given work. */
export async function answerReadiness({ ping }: Pick<Store, "ping">): Promise<Answer> {
  if (await answers(ping())) return jsonAnswer(200, { status: "ok" });
  return jsonAnswer(503, { status: "unavailable" }, { "retry-after": "5" });
}

export async function answerMetrics(render: RenderMetrics, context: AppContext): Promise<Answer> {
  const { body, contentType } = await render(context.req.header("accept"));
  return { status: 200, body, headers: { "content-type": contentType } };
}

/** What runs here, and where to go on. */
export function answerIndex(version: string, links: Readonly<Record<string, string>>): Answer {
  return jsonAnswer(200, { name: "belfry", version, ...links });
}

async function answers(ping: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PING_WITHIN_MS);
  });
  const asked = ping.then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
