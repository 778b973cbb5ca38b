import { HttpProblem } from "./http-problem.ts";
import { parseJson } from "./json-text.ts";
import type { AppContext } from "./request.ts";

/** A request's body: its bytes, for the fingerprint, and what they say. */
export interface RequestBody {
  bytes: Uint8Array;
  /** Undefined if the body is empty. */
  json: unknown;
}

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
/** Of a PATCH; RFC 7396. */
const PATCH_TYPE = /^application\/(?:merge-patch\+)?json\s*(?:;|$)/i;
const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;
const UNCODED = /^(?:identity)?$/i;

/**
 * Reads a JSON body of at most `limit` bytes.
 *
 * @throws HttpProblem 400, 413, 415
 */
export async function readBody(context: AppContext, limit: number): Promise<RequestBody> {
  const bytes = await readBytes(context, limit);
  if (bytes.length === 0) return { bytes, json: undefined };
  requireJsonType(context);
  return { bytes, json: parseJson(textOf(bytes)) };
}

function requireJsonType(context: AppContext): void {
  const type = context.req.header("content-type");
  const isUncoded = UNCODED.test(context.req.header("content-encoding") ?? "");
  const isJson = context.req.method === "PATCH" ? PATCH_TYPE : JSON_TYPE;
  if (type !== undefined && isJson.test(type) && !OTHER_CHARSET.test(type) && isUncoded) return;
  const message =
    "Cannot read the body: send JSON in UTF-8 with `content-type: application/json`, not compressed";
  throw new HttpProblem({
    status: 415,
    code: "unsupported_media_type",
    message,
    headers: { accept: "application/json" },
  });
}

async function readBytes(context: AppContext, limit: number): Promise<Uint8Array> {
  const { raw } = context.req;
  const declared = context.req.header("content-length");
  if (declared !== undefined && Number(declared) > limit) throw tooLarge(limit);
  try {
    // With a declared length the parser of HTTP holds the sender to it; without one, we must count.
    return declared === undefined
      ? await readStream(raw.body, limit)
      : new Uint8Array(await raw.arrayBuffer());
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    const message = "Cannot read the body: the connection broke before its end";
    throw new HttpProblem({ status: 400, code: "body_incomplete", message });
  }
}

async function readStream(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Not cancelled when it is too large: the server reads on before it closes the connection.
  for await (const chunk of stream?.values({ preventCancel: true }) ?? []) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function tooLarge(limit: number): HttpProblem {
  const message = `Cannot read the body: it is larger than ${limit / 1024} KiB`;
  return new HttpProblem({ status: 413, code: "body_too_large", message });
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new HttpProblem({
      status: 400,
      code: "invalid_json",
      message: "Cannot read the body: it is not UTF-8",
    });
  }
}
