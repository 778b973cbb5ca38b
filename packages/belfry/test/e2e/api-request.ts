import { request } from "undici";

/** A request to the API, as a test wants it: nothing is added, nothing is repeated. */
export interface ApiRequest {
  url: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface ApiAnswer<Body> {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The body as it came. */
  text: string;
  body: Body;
}

/** Asks once. Rejects if the connection breaks. */
export async function askApi<Body>(asked: ApiRequest): Promise<ApiAnswer<Body>> {
  const { statusCode, headers, body } = await request(`${asked.url}${asked.path}`, {
    method: asked.method,
    headers: { "content-type": "application/json", ...asked.headers },
    body: asked.body === undefined ? null : JSON.stringify(asked.body),
  });
  const text = await body.text();
  // The test says what it expects; a wrong expectation shows at once.
  return { status: statusCode, headers, text, body: (text === "" ? null : JSON.parse(text)) as Body };
}
