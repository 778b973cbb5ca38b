import { type ApiRig, KEYS } from "../app-fixture.ts";

/** One block of a server-sent stream. */
export interface Block {
  id?: string;
  event?: string;
  data?: Record<string, unknown>;
  isComment: boolean;
}

/** A stream that is read as a browser would. */
export interface OpenStream {
  status: number;
  headers: Headers;
  /** What was written next, once there is something; null at the end. */
  next(): Promise<Block[] | null>;
  /** The reader goes away. */
  close(): Promise<void>;
}

export interface StreamOptions {
  key?: keyof typeof KEYS;
  headers?: Record<string, string>;
  closing?: AbortSignal;
}

export async function openStream(
  { app }: Pick<ApiRig, "app">,
  path = "/v1/events",
  { key = "admin", headers = {}, closing }: StreamOptions = {},
): Promise<OpenStream> {
  const all = { authorization: `Bearer ${KEYS[key]}`, accept: "text/event-stream", ...headers };
  const response = await app.request(path, { headers: all }, closing ? { closing } : {});
  const reader = response.body?.getReader();
  const text = new TextDecoder();
  return {
    status: response.status,
    headers: response.headers,
    next: async () => {
      const read = await reader?.read();
      return read?.value ? blocksIn(text.decode(read.value)) : null;
    },
    close: async () => reader?.cancel(),
  };
}

/** WHATWG HTML §9.2.6, as far as it is used. */
export function blocksIn(text: string): Block[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const lines = block.split("\n").map((line) => /^(\w*):(?: ?(.*))$/.exec(line) ?? []);
      const fieldOf = (name: string) => lines.find((line) => line[1] === name)?.[2];
      const [id, event, data] = [fieldOf("id"), fieldOf("event"), fieldOf("data")];
      return {
        ...(id === undefined ? {} : { id }),
        ...(event === undefined ? {} : { event }),
        ...(data === undefined ? {} : { data: JSON.parse(data) }),
        isComment: lines.some((line) => line[1] === ""),
      };
    });
}
