import type { CalendarEventInput } from "../resources.ts";
import type { LineFault } from "../transfer/transfer-line.ts";

/** What of a file is to become a calendar event, or is not. */
export type FileEntry =
  | { kind: "event"; line: number; event: CalendarEventInput; isOfSeries: boolean }
  | { kind: "fault"; line: number; uid: string | null; fault: LineFault }
  | { kind: "skipped"; line: number; uid: string; reason: string };
