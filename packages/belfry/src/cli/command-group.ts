import type { Command } from "commander";
import type { CliContext } from "./context.ts";

/**
 * What a command works with, as its help tells: the server that is chosen, the one it is given, all
 * there is, a data folder, a database, stores that it is told, or this machine alone.
 */
export type Reach = "server" | "login" | "doctor" | "folder" | "database" | "stores" | "machine";

/** A command, and what the help says of it besides its own words. */
export interface CommandEntry {
  /** The first word of the command line. */
  name: string;
  /** Loads what makes it: most calls are of one command, and shall not wait for the others. */
  load(): Promise<(context: CliContext) => Command>;
  reach: Reach;
  /** Commands that its help points to: `list`. */
  seeAlso: readonly string[];
}

/** Commands that stand together in `belfry --help`. */
export interface CommandGroup {
  title: string;
  entries: readonly CommandEntry[];
}
