// Calls between the harness and its processes, over Node's own channel.

/** One call, and its answer. */
export type Call = { id: number; what: string; argument: unknown };
export type Answer = { id: number; result: unknown } | { id: number; error: string };

/** What a process does when it is asked. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** Answers the harness's calls from now on, and ends with it. */
export function serveCalls(handlers: Handlers): void {
  process.on("message", ({ id, what, argument }: Call) => {
    answer(handlers, what, argument).then(
      (result) => process.send?.({ id, result }),
      (error: Error) => process.send?.({ id, error: String(error.stack) }),
    );
  });
  process.on("disconnect", () => process.exit());
  process.on("SIGTERM", () => process.exit());
  process.send?.({ id: 0, result: "ready" });
}

async function answer(handlers: Handlers, what: string, argument: unknown): Promise<unknown> {
  return handlers[what]?.(argument as never);
}
