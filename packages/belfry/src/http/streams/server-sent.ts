/** Lines of a server-sent stream, as WHATWG HTML §9.2 (server-sent events) has them. */

/** A comment, which keeps the connection from looking dead. */
export const HEARTBEAT = ":\n\n";

/** One event. @param data becomes JSON, which has no line ends of its own */
export function sentEvent(event: { id?: string; type: string; data: unknown }): string {
  return `${idLine(event.id)}event: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`;
}

/** No event, only the place to come back to. */
export function sentPlace(id: string): string {
  return `${idLine(id)}\n`;
}

function idLine(id: string | undefined): string {
  return id === undefined ? "" : `id: ${id}\n`;
}
