import type { ExampleRequest } from "./example.ts";

/** A request as a command of a shell; server and key are in its environment. */
export function curlText(request: ExampleRequest, accept?: string): string {
  const { method, path, body, needsKey } = request;
  const parts = [
    `curl${accept === undefined ? "" : " -N"}${method === "GET" ? "" : ` -X ${method}`} "$BELFRY_URL${path}"`,
    ...(needsKey ? ['-H "Authorization: Bearer $BELFRY_KEY"'] : []),
    ...(accept === undefined ? [] : [`-H ${quoted(`Accept: ${accept}`)}`]),
    ...(body === undefined ? [] : [`-H ${quoted("Content-Type: application/json")}`]),
    ...(body === undefined ? [] : [`-d ${quoted(JSON.stringify(body))}`]),
  ];
  return parts.join(" \\\n  ");
}

/** POSIX: nothing is special inside single quotes but their end. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
