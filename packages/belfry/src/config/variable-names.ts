const PREFIX = "BELFRY_";
const MOST_EDITS = 3;

/**
 * Kubernetes and Docker set these beside a Service named `belfry`; nobody wrote them, so they are no typos.
 * BELFRY_PORT itself is a setting: its parser tells the two apart.
 */
const SERVICE_LINK = /^BELFRY_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP)(_(ADDR|PORT|PROTO))?)$/;

/** The variables in `env` that look like settings and are none, sorted. */
export function unknownVariables(
  env: Record<string, string | undefined>,
  known: readonly string[],
): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name) && !SERVICE_LINK.test(name))
    .sort();
}

/** The known name that was most likely meant, or undefined if none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((candidate) => ({ candidate, edits: editDistance(name, candidate) }))
    .filter(({ candidate, edits }) => edits <= likelyEdits(name) || sameWords(name, candidate))
    .sort((left, right) => left.edits - right.edits);
  return nearest?.candidate;
}

/** Short names are near each other by chance. */
function likelyEdits(name: string): number {
  return Math.min(MOST_EDITS, Math.ceil((name.length - PREFIX.length) / 2));
}

/** BELFRY_TIMEZONE for BELFRY_TIME_ZONE, BELFRY_DATA_DIR for BELFRY_DATA: one begins as the other. */
function sameWords(name: string, candidate: string): boolean {
  const left = name.slice(PREFIX.length).replaceAll("_", "");
  const right = candidate.slice(PREFIX.length).replaceAll("_", "");
  return left !== "" && (left.startsWith(right) || right.startsWith(left));
}

/** Levenshtein: how many characters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, character] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
