// A webhook receiver: verifies that a request comes from Belfry, and handles each delivery once.
//
//   BELFRY_WEBHOOK_ALLOW=127.0.0.1 npm start        Belfry may then reach this machine
//   WEBHOOK_SECRET=$(cat data/webhook.secret) npx node examples/receiver/receiver.ts
//   npm run -s belfry -- add "Stretch" --in 2s --webhook http://127.0.0.1:3000
//
// `npx node` is the checkout's own Node, whatever the machine has. PORT says where to listen; default: 3000.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** What Belfry posts; more fields may come. */
interface ReminderDue {
  type: "reminder.due";
  message: string;
  /** The instant it was due. */
  timestamp: string;
}

const { WEBHOOK_SECRET, PORT = "3000" } = process.env;
if (!WEBHOOK_SECRET) throw new Error("Cannot verify webhooks: set WEBHOOK_SECRET, such as whsec_…");

/** Larger than anything that Belfry sends. */
const MAX_BODY_BYTES = 1024 * 1024;
const webhook = new Webhook(WEBHOOK_SECRET);
/** In earnest: a unique key in your database, written together with what the message makes you do. */
const seen = new Set<string>();

const server = createServer((request, response) => {
  receive(request, response).catch((error: unknown) => {
    console.error(`Cannot receive: ${String(error)}`);
    response.writeHead(500).end();
  });
});
server.listen(Number(PORT), "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`Waiting for webhooks at http://127.0.0.1:${port}`);
});
process.once("SIGTERM", () => server.close());

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (body === null) return end(response, 413, "Refused a body that is too large");
  const id = String(request.headers["webhook-id"]);
  const event = verified(body, request);
  if (event === null) return end(response, 401, "Refused a request with a wrong signature");
  // A repeat is answered like the first one: it is done, and Belfry need not try again.
  if (seen.has(id)) return end(response, 204, `Dropped a repeat of ${id}`);
  seen.add(id);
  end(response, 204, `${event.message} (due ${event.timestamp}, ${id})`);
}

/** The event, if someone who knows the secret signed exactly these bytes within five minutes; else null. */
function verified(body: Buffer, { headers }: IncomingMessage): ReminderDue | null {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name] ?? "")]));
  try {
    return webhook.verify(body, signed) as ReminderDue;
  } catch {
    return null;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // What is too large is read to its end, so that the answer can be heard, but not kept.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : null;
}

function end(response: ServerResponse, status: number, line: string): void {
  console.log(line);
  response.writeHead(status).end();
}
