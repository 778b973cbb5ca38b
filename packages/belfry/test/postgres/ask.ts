import { Client } from "pg";

/** One statement, or several without values, on a connection of its own; resolves with the rows of the last. */
export async function ask<Row extends object = Record<string, unknown>>(
  url: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    if (values.length > 0) return (await client.query<Row>(statement, [...values])).rows;
    const results = [await client.query<Row>(statement)].flat();
    return results.at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}
