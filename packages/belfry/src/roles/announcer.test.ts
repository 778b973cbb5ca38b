import { describe, expect, test } from "vitest";
import type { Credential } from "../config/credentials.ts";
import { ROLES } from "../domain/worker.ts";
import { createLog } from "../ops/log.ts";
import { type Announcer, createLogAnnouncer, createPrinter } from "./announcer.ts";

const KEY: Credential<string> = { value: "bel_key", source: "created", path: "/data/admin.key" };
const ENTRY = {
  tenantId: "tnt_1",
  deliveryId: "dlv_1",
  reminderId: "rem_1",
  content: { title: "Ti\u001b[2Jtle", text: "private" },
  dueMs: 0,
  receivedAtMs: 0,
};

function announceAll(announcer: Announcer): void {
  announcer.key(KEY);
  announcer.key({ ...KEY, source: "file" });
  announcer.key({ ...KEY, source: "environment" });
  announcer.ready({ version: "1.2.3", url: "http://h:1", store: "sqlite", place: "/data", roles: ROLES });
  announcer.inbox(ENTRY);
  announcer.stopping("SIGTERM");
}

function printed() {
  const lines: string[] = [];
  return { lines, output: { print: (line: string) => lines.push(line) } };
}

function logged() {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  return {
    lines,
    log: createLog({ level: "info", format: "json", isTerminal: false, stream, now: () => 0 }),
  };
}

describe("createPrinter()", () => {
  test("createPrinter() tells people what became of the start, and shows a new key", () => {
    const { lines, output } = printed();
    announceAll(createPrinter(output));
    expect(lines).toEqual([
      "API key: bel_key",
      "It is shown this once and kept in /data/admin.key.",
      "API key: in /data/admin.key",
      "API key: in BELFRY_ADMIN_KEY",
      "Belfry 1.2.3 is ready at http://h:1 (sqlite in /data)",
      'In another terminal: belfry add "Stretch" --in 10s   (npm run -s belfry -- … in a checkout)',
      expect.stringMatching(/^\u{1F514} \d\d:\d\d:\d\d Ti \[2Jtle: private$/u),
      "Stopping on SIGTERM: what is being sent may finish.",
    ]);
  });
});

describe("createLogAnnouncer()", () => {
  test("createLogAnnouncer() writes JSON, without a key and without a message", () => {
    const { lines, log } = logged();
    announceAll(createLogAnnouncer(log, null));
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ level, msg }) => `${String(level)} ${String(msg)}`)).toEqual([
      "info API key made",
      "info API key found",
      "info API key found",
      "info ready",
      "info inbox received a message",
      "info stopping",
    ]);
    expect(entries[0]).toMatchObject({ in: "/data/admin.key" });
    expect(entries[3]).toMatchObject({ version: "1.2.3", url: "http://h:1", place: "/data" });
    expect(entries[4]).toMatchObject({ deliveryId: "dlv_1", reminderId: "rem_1" });
    expect(lines.join("")).not.toMatch(/bel_key|private|tle/);
  });

  test("createLogAnnouncer() shows a new key once when a person sits at the terminal", () => {
    const { lines, log } = logged();
    const terminal = printed();
    announceAll(createLogAnnouncer(log, terminal.output));
    expect(terminal.lines).toEqual(["API key: bel_key"]);
    expect(lines.join("")).not.toContain("bel_key");
  });
});
