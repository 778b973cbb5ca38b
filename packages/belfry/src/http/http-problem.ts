import { BelfryError } from "../domain/errors.ts";
import type { ProblemCode } from "./problem-codes.ts";

/** A refusal that is about HTTP itself: the media type, the size, the key. */
export class HttpProblem extends BelfryError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(answer: {
    status: number;
    code: ProblemCode;
    message: string;
    headers?: Readonly<Record<string, string>>;
  }) {
    super(answer.code, answer.message);
    this.status = answer.status;
    this.headers = answer.headers ?? {};
  }
}
