import type { Command } from "commander";

/** A command as it is written behind `belfry`: `endpoints add`; empty for the program itself. */
export function pathOf(command: Command): string {
  if (!command.parent) return "";
  return `${pathOf(command.parent)} ${command.name()}`.trim();
}
