/** A line of the log that tells of a fault of Belfry itself. */
export interface FaultLine {
  msg: string;
  err?: { message: string; code?: string };
  /** How many there were since the line before. */
  alike?: number;
}

/** What a server has logged as errors, of all that it wrote to standard error as JSON. */
export function faultLines(complaints: string): FaultLine[] {
  return complaints
    .split("\n")
    .filter((line) => line.startsWith('{"level":"error"'))
    .map((line) => JSON.parse(line) as FaultLine);
}
