/** A statement that each connection prepares once, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * @param name what the server shows of it; unique among all statements, at most 63 bytes
 * @param text its SQL, with `$1`, `$2`, … for the values
 */
export function statement(name: string, text: string): Statement {
  return { name, text };
}
