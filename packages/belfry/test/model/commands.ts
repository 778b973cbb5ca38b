import fc from "fast-check";
import { expect } from "vitest";
import { CATCH_UPS, type CatchUp } from "../../src/domain/reminder.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { type Book, type Entry, lineOf, type Rule } from "./book.ts";
import type { World } from "./world.ts";

const TENANT = { id: "tnt_model", timeZone: "UTC" };
const MINUTE_MS = 60_000;
const PERIODS = [20, 30, 60];
const TEXTS = ["one", "two"];
const ADDRESSES = ["http://one.test/", "http://two.test/"];

/** One thing that is done, to the engine and to the book, which must agree afterwards. */
type Command = fc.AsyncCommand<Book, World>;

interface Doing {
  name: string;
  /** Whether it makes sense now. */
  check?: (book: Book) => boolean;
  /** Does it to both. */
  run: (book: Book, world: World) => Promise<void>;
}

function commandOf({ name, check = () => true, run }: Doing): Command {
  return {
    check,
    run: async (book, world) => {
      await run(book, world);
      await world.settle();
      const sent = world.channel.sent.splice(0);
      expect(sent.filter(({ attemptAtMs, dueMs }) => attemptAtMs < dueMs)).toEqual([]);
      const lines = sent.map(({ reminderId: id, dueMs, content, destination }) =>
        lineOf({ id, dueMs, text: content.text ?? "", address: destination.address }),
      );
      expect(lines.sort()).toEqual(book.takeSent().sort());
      expect(world.faults).toEqual([]);
      expect(world.nowMs).toBe(book.nowMs);
    },
    toString: () => name,
  };
}

/** Something done to one reminder, if there is one that allows it. */
interface DoingToOne {
  name: string;
  which: number;
  allows?: (entry: Entry) => boolean;
  run: (world: World, entry: Entry, book: Book) => Promise<void>;
}

function commandToOne({ name, which, allows = () => true, run }: DoingToOne): Command {
  const choose = (book: Book): Entry | undefined => {
    const fit = [...book.entries.values()].filter(allows);
    return fit[which % Math.max(1, fit.length)];
  };
  return commandOf({
    name: `${name} of #${which}`,
    check: (book) => choose(book) !== undefined,
    run: async (book, world) => {
      const entry = choose(book);
      if (entry) await run(world, entry, book);
    },
  });
}

const isOpen = ({ state }: Entry): boolean => state === "active" || state === "paused";
const isOpenRule = (entry: Entry): boolean => isOpen(entry) && "everyMinutes" in entry.rule;

const minutes = fc.integer({ min: 1, max: 45 }).map((n) => n * MINUTE_MS);
/** Whole minutes, as all that passes, so that nothing happens at the very instant of an occurrence. */
const downtime = fc.integer({ min: 1, max: 90 }).map((n) => n * MINUTE_MS);
const which = fc.nat({ max: 5 });
const catchUp = fc.constantFrom<CatchUp>(...CATCH_UPS);
const rule: fc.Arbitrary<(nowMs: number) => Rule> = fc.oneof(
  fc.constantFrom(...PERIODS).map((everyMinutes) => () => ({ everyMinutes })),
  minutes.map((inMs) => (nowMs: number) => ({ atMs: nowMs + inMs })),
);

function scheduleOf(rule: Rule): object {
  if ("atMs" in rule) return { at: new Date(rule.atMs).toISOString() };
  return { cron: rule.everyMinutes === 60 ? "0 * * * *" : `*/${rule.everyMinutes} * * * *` };
}

const accept = fc
  .record({ rule, catchUp, text: fc.constantFrom(...TEXTS), address: fc.constantFrom(...ADDRESSES) })
  .map((wish) =>
    commandOf({
      name: `accept ${JSON.stringify(wish.rule(0))} ${wish.catchUp}`,
      run: async (book, { engine }) => {
        const rule = wish.rule(book.nowMs);
        const { catchUp, text, address } = wish;
        const to = { channel: "webhook", address };
        const request = { schedule: scheduleOf(rule), to, content: { text }, catchUp };
        const [result] = await engine.accept(TENANT, [request]);
        if (!result?.ok) throw result?.error ?? new Error("Cannot accept: no result");
        book.accept({ id: result.view.reminder.id, rule, catchUp, text, address });
      },
    }),
  );

const advance = minutes.map((ms) =>
  commandOf({
    name: `advance ${ms / MINUTE_MS} min`,
    run: async (book, world) => {
      await world.advance(ms);
      book.advance(ms);
    },
  }),
);

const refuse = minutes.map((ms) =>
  commandOf({
    name: `advance ${ms / MINUTE_MS} min, refusing`,
    run: async (book, world) => {
      world.channel.mood = "refusing";
      await world.advance(ms);
      world.channel.mood = "well";
      book.advance(ms, "dead");
    },
  }),
);

const crash = downtime.map((ms) =>
  commandOf({
    name: `crash for ${ms} ms`,
    run: async (book, world) => {
      await world.crash(ms);
      book.comeBack(ms);
    },
  }),
);

const crashSending = fc.tuple(minutes, downtime).map(([ms, downMs]) =>
  commandOf({
    name: `hang for ${ms / MINUTE_MS} min, then crash for ${downMs} ms`,
    run: async (book, world) => {
      world.channel.mood = "hanging";
      await world.advance(ms);
      book.advance(ms, "inDoubt");
      await world.crash(downMs);
      book.comeBack(downMs);
    },
  }),
);

const restart = downtime.map((ms) =>
  commandOf({
    name: `restart after ${ms} ms`,
    run: async (book, world) => {
      await world.restart(ms);
      book.comeBack(ms);
    },
  }),
);

const tick = fc.constant(commandOf({ name: "tick beside it", run: (_book, world) => world.tick() }));

const redriveAll = fc.constant(
  commandOf({
    name: "redrive all",
    run: async (book, { engine }) => {
      await engine.redriveAll(TENANT.id, { filter: { state: "dead" }, limit: 1_000, dryRun: false });
      book.redriveAll();
    },
  }),
);

type Edit = Parameters<Engine["edit"]>[2];

function edit(name: string, patch: (book: Book) => Edit, note: (entry: Entry, book: Book) => void) {
  return (which: number, allows = isOpen): Command =>
    commandToOne({
      name,
      which,
      allows,
      run: async ({ engine }, entry, book) => {
        expect(await engine.edit(TENANT, entry.id, patch(book))).toMatchObject({ kind: "changed" });
        note(entry, book);
      },
    });
}

const editText = fc.tuple(which, fc.constantFrom(...TEXTS)).map(([which, text]) =>
  edit(
    `edit the text to ${text}`,
    () => ({ content: { text } }),
    (entry) => {
      entry.text = text;
    },
  )(which),
);

const editAddress = fc.tuple(which, fc.constantFrom(...ADDRESSES)).map(([which, address]) =>
  edit(
    `edit the address to ${address}`,
    () => ({ to: { channel: "webhook", address } }),
    (entry) => {
      entry.address = address;
    },
  )(which),
);

const editRule = fc.tuple(which, fc.constantFrom(...PERIODS)).map(([which, everyMinutes]) =>
  edit(
    `edit the rule to every ${everyMinutes} min`,
    () => ({ schedule: scheduleOf({ everyMinutes }) }),
    (entry, book) => {
      const { rule } = entry;
      if (!("everyMinutes" in rule) || rule.everyMinutes !== everyMinutes)
        book.replaceRule(entry, { everyMinutes });
    },
  )(which, isOpenRule),
);

const pause = which.map((which) =>
  commandToOne({
    name: "pause",
    which,
    allows: isOpen,
    run: async ({ engine }, entry, book) => {
      expect(await engine.pause(TENANT, entry.id)).toMatchObject({ kind: "changed" });
      book.pause(entry);
    },
  }),
);

const resume = fc.tuple(which, catchUp).map(([which, missed]) =>
  commandToOne({
    name: `resume with ${missed}`,
    which,
    allows: ({ state }) => state === "paused",
    run: async ({ engine }, entry, book) => {
      expect(await engine.resume(TENANT, entry.id, { missed })).toMatchObject({ kind: "changed" });
      book.resume(entry, missed);
    },
  }),
);

const skip = which.map((which) =>
  commandToOne({
    name: "skip",
    which,
    allows: isOpenRule,
    run: async ({ engine }, entry, book) => {
      const changed = await engine.skip(TENANT, entry.id);
      expect(changed.kind === "changed" ? changed.skipped?.dueMs : changed).toBe(book.skip(entry));
    },
  }),
);

const trigger = which.map((which) =>
  commandToOne({
    name: "trigger",
    which,
    allows: ({ state }) => state !== "cancelled",
    run: async ({ engine }, entry, book) => {
      const ring = { reminderId: entry.id, kind: "trigger", key: keyOf(book), atMs: null } as const;
      expect(await engine.ring(TENANT, ring)).toMatchObject({ kind: "rung" });
      book.trigger(entry);
    },
  }),
);

const snooze = fc.tuple(which, minutes).map(([which, inMs]) =>
  commandToOne({
    name: `snooze for ${inMs / MINUTE_MS} min`,
    which,
    allows: ({ state }) => state !== "cancelled",
    run: async ({ engine }, entry, book) => {
      const atMs = book.nowMs + inMs;
      const ring = { reminderId: entry.id, kind: "snooze", key: keyOf(book), atMs } as const;
      expect(await engine.ring(TENANT, ring)).toMatchObject({ kind: "rung" });
      book.snooze(entry, atMs);
    },
  }),
);

const cancel = which.map((which) =>
  commandToOne({
    name: "cancel",
    which,
    allows: ({ state }) => state !== "cancelled",
    run: async ({ engine }, entry, book) => {
      expect(await engine.cancel(TENANT.id, entry.id)).toMatchObject({ kind: "cancelled" });
      book.cancel(entry);
    },
  }),
);

let keys = 0;

/** A request's id: none is used twice. */
function keyOf({ nowMs }: Book): string {
  keys += 1;
  return `${nowMs}-${keys}`;
}

/** All that can be done, where several processes may work on a store. */
export function allCommands({ isShared }: { isShared: boolean }): fc.Arbitrary<Command>[] {
  const ofEngine = [advance, advance, refuse, crash, crashSending, restart, redriveAll];
  const ofReminders = [editText, editAddress, editRule, pause, resume, skip, trigger, snooze, cancel];
  return [accept, accept, ...ofEngine, ...ofReminders, ...(isShared ? [tick] : [])];
}
