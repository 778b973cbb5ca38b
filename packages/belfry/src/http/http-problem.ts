import { BelfryError, type InputIssue } from "../domain/errors.ts";

/** A refusal that is about HTTP itself: the media type, the size, the key. */
export class HttpProblem extends BelfryError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly issues: readonly InputIssue[];

  constructor(answer: {
    status: number;
    code: string;
    message: string;
    headers?: Readonly<Record<string, string>>;
    issues?: readonly InputIssue[];
  }) {
    super(answer.code, answer.message);
    this.status = answer.status;
    this.headers = answer.headers ?? {};
    this.issues = answer.issues ?? [];
  }
}
