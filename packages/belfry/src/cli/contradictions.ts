import type { Command } from "commander";

/** Options that keep all they are given. */
const COLLECTED: ReadonlySet<string> = new Set(["metadata", "contact", "date", "tag", "attribute", "map"]);

/**
 * Makes a command refuse an option that is given two values. Commander would let the last one win; two
 * that contradict each other are more likely a slip.
 */
export function refuseContradictions(command: Command): void {
  for (const option of command.options) {
    const name = option.name();
    if (!option.required || COLLECTED.has(name)) continue;
    let given: string | undefined;
    command.on(`option:${name}`, (value: string) => {
      if (given !== undefined && given !== value)
        command.error(`error: option '${option.long}' is given twice, as '${given}' and as '${value}'`);
      given = value;
    });
  }
}
