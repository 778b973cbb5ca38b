import type { LineFault } from "../transfer/transfer-line.ts";

/** One recipient of a file, or what keeps it from being one. */
export type RecipientRow = {
  /** Where it begins, counted from 1. */
  line: number;
  /** How much of the file has been read so far, in bytes. */
  readBytes: number;
} & (
  | {
      kind: "recipient" /** As the API takes it; whether it is right is the server's to judge. */;
      recipient: Fields;
    }
  | { kind: "fault"; fault: LineFault }
);

export type Fields = Record<string, unknown>;

/** A fault that can be told without the server. @param reason read behind "Cannot read the line:" */
export function rowFault(reason: string): { kind: "fault"; fault: LineFault } {
  return { kind: "fault", fault: { detail: `Cannot read the line: ${reason}` } };
}
