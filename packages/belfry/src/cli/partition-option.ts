import { InvalidArgumentError, Option } from "commander";

/** A share of the work, as the roles are told it. */
export interface Share {
  index: number;
  of: number;
}

const MOST_PARTS = 1_024;

/** `--partition 2/8`: a share of the work. */
export function partitionOption(): Option {
  return new Option(
    "--partition <i/n>",
    "this process's share: the i-th of n, by a hash of whom it is for; others have to take the rest",
  ).argParser(parsePartition);
}

/** @throws InvalidArgumentError for other text */
export function parsePartition(text: string): Share {
  const [, index = 0, of = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (of < 1 || of > MOST_PARTS || index < 1 || index > of)
    throw new InvalidArgumentError(`Allowed: 2/8 and the like, from 1/1 to ${MOST_PARTS}/${MOST_PARTS}.`);
  return { index, of };
}
