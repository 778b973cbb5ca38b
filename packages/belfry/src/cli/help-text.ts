import type { CommandEntry, Reach } from "./command-group.ts";

const EXIT_CODES: Record<Reach, string> = {
  server:
    "0 done; 1 refused by the server, or some item failed; 2 the command line or a setting is wrong; " +
    "3 the server cannot be reached.",
  login:
    "0 done; 1 the server refused the key; 2 the command line, the key or the config file is wrong; " +
    "3 the server cannot be reached.",
  doctor: "0 nothing has failed; 1 something has; 2 the command line is wrong.",
  folder:
    "0 ended as told; 1 it cannot run, for example while another Belfry runs on the data folder; " +
    "2 the command line or a setting is wrong.",
  database:
    "0 ended as told; 1 it cannot run, for example on a database that is another program's; " +
    "2 the command line or a setting is wrong.",
  stores:
    "0 done; 1 it cannot be done, or was broken off, and can be repeated; 2 the command line or a setting " +
    "is wrong.",
  machine: "0 done; 2 the command line, a file or a setting is wrong.",
};

const ENVIRONMENT: Record<Reach, string> = {
  server:
    "BELFRY_URL and BELFRY_KEY say which server; without them it is the one of `belfry login`, else the " +
    "one of this machine.",
  login: "",
  doctor: "every setting, and what says which server; see `belfry config` and `belfry help list`.",
  folder: "every setting; `belfry config` lists them.",
  database: "BELFRY_DATABASE_URL names the database; `belfry config` lists every setting.",
  stores: "BELFRY_DATABASE_URL and BELFRY_DATABASE_SCHEMA are the database that `env` stands for.",
  machine: "",
};

/** What stands below the help of every command of its kind. */
export function closingHelp({ reach, seeAlso }: CommandEntry): string {
  const lines = [
    `Exit codes: ${EXIT_CODES[reach]}`,
    ENVIRONMENT[reach] === "" ? "" : `Environment: ${ENVIRONMENT[reach]}`,
    seeAlso.length === 0 ? "" : `See also: ${seeAlso.map((name) => `belfry ${name}`).join(", ")}.`,
  ];
  return `\n${lines.filter((line) => line !== "").join("\n\n")}`;
}

/** Fills the paragraphs of a help text to a width. What is indented stands as it is: examples, lists. */
export function fillParagraphs(text: string, width: number): string {
  const lines: string[] = [];
  let isOpen = false;
  for (const line of text.split("\n")) {
    const isProse = /^\S/.test(line);
    if (isProse && isOpen) lines.push(`${lines.pop() ?? ""} ${line}`);
    else lines.push(line);
    isOpen = isProse;
  }
  return lines.map((line) => (/^\S/.test(line) ? wrap(line, width) : line)).join("\n");
}

function wrap(line: string, width: number): string {
  let column = 0;
  let wrapped = "";
  for (const word of line.split(" ")) {
    const fits = column === 0 || column + 1 + word.length <= width;
    if (column > 0) wrapped += fits ? " " : "\n";
    column = fits && column > 0 ? column + 1 + word.length : word.length;
    wrapped += word;
  }
  return wrapped;
}
