// Loaded into a Belfry under test before Belfry itself: each line on standard input sets its wall clock by so
// many milliseconds, as a hand or the network does. Its timers go on as they do then, since they hang on the
// monotonic clock. CLOCK_AHEAD_MS tells by how many it is wrong from the start.
let aheadMs = Number(process.env.CLOCK_AHEAD_MS ?? 0);

const RealDate = Date;
const now = (): number => RealDate.now() + aheadMs;

/** Of all that `Date` can be asked, only the present differs. */
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
});

process.stdin.on("data", (chunk) => {
  aheadMs += Number(String(chunk));
  process.stdout.write(`The clock is set by ${String(chunk).trim()} ms\n`);
});
