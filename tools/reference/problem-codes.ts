import { PROBLEMS, type ProblemMeaning } from "../../packages/belfry/src/http/problem-codes.ts";

/** Every code of a problem; a test compares them with the source. */
export const PROBLEM_CODES: readonly ({ code: string } & ProblemMeaning)[] = Object.entries(PROBLEMS).map(
  ([code, meaning]) => ({ code, ...meaning }),
);
