import { ApiError } from "../client/api-error.ts";
import type { CliContext } from "./context.ts";
import { CommandFailure, EXIT_CODES } from "./exit-code.ts";
import { reportFailure } from "./failure.ts";

/** How a command over several ids reports. */
export interface EachOptions {
  /** What is done to each: `cancel`. */
  action: string;
  /** What each answer is, as a field of the JSON: `reminder`. */
  resource: string;
  json: boolean;
  context: CliContext;
}

/** What is done to each id, and how it is told. */
export interface EachStep<Answer> {
  run(id: string): Promise<Answer>;
  say(answer: Answer): string;
}

/**
 * Does the same to several ids, one after the other; a refusal is reported and the others go on.
 *
 * @throws CommandFailure once all are done, if any was refused
 */
export async function runForEach<Answer>(
  ids: readonly string[],
  options: EachOptions,
  step: EachStep<Answer>,
): Promise<void> {
  const { output } = options.context;
  const results: unknown[] = [];
  let refused = 0;
  for (const id of new Set(ids)) {
    try {
      const answer = await step.run(id);
      results.push({ id, [options.resource]: answer });
      if (!options.json) output.print(step.say(answer));
    } catch (error) {
      // Only a refusal is about this id; a server that is gone is gone for all.
      if (!(error instanceof ApiError) || error.status === 401) throw error;
      refused += 1;
      const { status, code, detail, errors } = error;
      results.push({ id, problem: { status, code, detail, errors } });
      output.printError(reportFailure(error, { action: `${options.action} ${id}` }).message);
    }
  }
  if (options.json) output.printJson({ results });
  if (refused > 0) throw new CommandFailure(EXIT_CODES.failed);
}
