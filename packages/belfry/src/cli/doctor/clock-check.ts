import type { Finding } from "../../domain/finding.ts";

const WARN_OVER_MS = 1_000;
const FAIL_OVER_MS = 30_000;
/** The header counts whole seconds. */
const HEADER_STEP_MS = 1_000;

/** One call, on the clock of this machine, and what the server's clock said in between. */
export interface ClockReading {
  sentMs: number;
  receivedMs: number;
  /** The `Date` header; null if there was none. */
  date: string | null;
}

/** By how much the two clocks differ at least, whatever the way of the answer took. */
export function clockFinding({ sentMs, receivedMs, date }: ClockReading): Finding {
  const check = "clock";
  const serverMs = Date.parse(date ?? "");
  if (Number.isNaN(serverMs)) return { check, status: "ok", text: "not compared: the server tells no time" };
  const aheadMs = sentMs - (serverMs + HEADER_STEP_MS);
  const behindMs = serverMs - receivedMs;
  const offMs = Math.max(aheadMs, behindMs, 0);
  if (offMs <= WARN_OVER_MS) return { check, status: "ok", text: "agrees with the server's" };
  const side = aheadMs > behindMs ? "ahead of" : "behind";
  const text = `this machine is ${(offMs / 1000).toFixed(1)} s or more ${side} the server`;
  const mend = "let both machines keep time by NTP: `timedatectl set-ntp true` on most of Linux";
  return { check, status: offMs > FAIL_OVER_MS ? "fail" : "warn", text, mend };
}
