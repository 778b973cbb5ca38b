import { describe, expect, test } from "vitest";
import { StoreError } from "../../domain/errors.ts";
import type { MoveRequest } from "../../domain/moving.ts";
import type { CliOptions } from "../context.ts";
import { ROLES_IDLE, run, TEST_NOW } from "../test/run.ts";

type Move = CliOptions["roles"]["move"];

const moved = [
  { what: "reminders", rows: 200_000 },
  { what: "open deliveries", rows: 12 },
];

function withMove(move: Move): Partial<CliOptions> {
  return { roles: { ...ROLES_IDLE, move } };
}

describe("belfry move", () => {
  test("prints how much was moved, from where to where", async () => {
    const requests: MoveRequest[] = [];
    const move: Move = async (_env, request) => {
      requests.push(request);
      return { from: "/data", to: "db.example.com/belfry", moved };
    };
    const args = ["move", "--from", "./data", "--to", "env", "--to-schema", "mine"];
    const { code, out, err } = await run(args, withMove(move));
    expect(requests).toEqual([{ from: "./data", to: "env", toSchema: "mine" }]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n")).toEqual([
      "MOVED               ROWS",
      "reminders        200,000",
      "open deliveries       12",
      "Moved from /data to db.example.com/belfry in 0.0 s. Start Belfry there.",
      "What is left in /data is an old copy, on which Belfry starts no more.",
      "",
    ]);
  });

  test("prints the same for programs with --json", async () => {
    const report = { from: "/data", to: "db.example.com/belfry", moved };
    const { out } = await run(
      ["move", "--from", "a", "--to", "b", "--json"],
      withMove(async () => report),
    );
    expect(JSON.parse(out)).toEqual({ ...report, durationMs: 0 });
  });

  test("shows a bar while somebody watches, and takes it away before it says anything else", async () => {
    let err = "";
    let nowMs = Date.parse(TEST_NOW);
    const move: Move = async (_env, _request, { onProgress, remark }) => {
      for (const done of [0, 500, 1000]) {
        nowMs += 1_000;
        onProgress({ what: "reminders", done, total: 1000 });
      }
      remark("The move has begun.");
      throw new StoreError("store_full", "Cannot write to the database x: the disk is full; make room");
    };
    const stderr = { isTTY: true, write: (text: string) => (err += text) };
    const { code } = await run(["move", "--from", "a", "--to", "b"], {
      ...withMove(move),
      stderr,
      now: () => nowMs,
    });
    expect(code).toBe(1);
    const shown = err.split("\r\u001b[K");
    expect(shown[2]).toBe("[############............]  50 % reminders: 500 of 1,000 rows");
    expect(shown.at(-1)).toBe(
      "The move has begun.\nCannot write to the database x: the disk is full; make room\n",
    );
  });

  test("gives a move up with --abort, with or without its target", async () => {
    const requests: MoveRequest[] = [];
    const move: Move = async (_env, request) => {
      requests.push(request);
      return { from: "/data", to: null, moved: [] };
    };
    const { code, out } = await run(["move", "--from", "a", "--abort"], withMove(move));
    expect({ code, out }).toEqual({ code: 0, out: "Given up: Belfry starts in /data again.\n" });
    await run(["move", "--from", "a", "--to", "b", "--abort"], withMove(move));
    expect(requests).toEqual([
      { from: "a", abort: true },
      { from: "a", to: "b", abort: true },
    ]);
  });

  test("says which store is missing", async () => {
    expect(await run(["move", "--from", "a"])).toMatchObject({
      code: 2,
      err: "Cannot move: --to is missing; allowed: a data folder, postgres://…, env or @file\n",
    });
    const { code, err } = await run(["move", "--to", "b"]);
    expect(code).toBe(2);
    expect(err).toContain("Cannot read the command: required option '--from <store>' not specified");
  });
});
