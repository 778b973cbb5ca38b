import { Agent } from "undici";
import { call } from "../calls.ts";
import { medianOf } from "../median.ts";
import { pause, type Server } from "../processes.ts";

const READS = 100;
const PAGE = 100;
const STATS_READS = 3;
/** The server keeps the numbers of a tenant for five seconds; what is measured is their gathering. */
const STATS_APART_MS = 5_100;

/** How long reads take, in ms each: medians. */
export interface Readings {
  firstPage: number;
  deepPage: number;
  one: number;
  stats: number;
  metrics: number;
}

interface ReminderPage {
  items: { id: string }[];
  nextCursor: string | null;
}

/** A page of the list, and an item of it, with as many others before it as were asked for. */
export interface Place {
  cursor: string;
  id: string;
}

/** Walks the list, page by page, past `items` of it. */
export async function walk(server: Server, items: number): Promise<Place> {
  const dispatcher = new Agent({ connections: 1 });
  let place: Place = { cursor: "", id: "" };
  for (let seen = 0; seen < items; seen += PAGE) {
    const cursor = place.cursor === "" ? "" : `&cursor=${place.cursor}`;
    const path = `/v1/reminders?limit=${PAGE}${cursor}`;
    const page = JSON.parse(await call(server, dispatcher, { method: "GET", path })) as ReminderPage;
    if (page.nextCursor === null) throw new Error(`Cannot walk past ${items} reminders: there are ${seen}`);
    place = { cursor: encodeURIComponent(page.nextCursor), id: page.items.at(-1)?.id ?? "" };
  }
  await dispatcher.close();
  return place;
}

/** Reads as users and scrapers do, one request after the other on one connection. */
export async function read(server: Server, { cursor, id }: Place): Promise<Readings> {
  const dispatcher = new Agent({ connections: 1 });
  const timed = async (path: string, count = READS, apartMs = 0): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      if (i > 0 && apartMs > 0) await pause(apartMs);
      const begunMs = performance.now();
      await call(server, dispatcher, { method: "GET", path });
      times.push(performance.now() - begunMs);
    }
    return medianOf(times);
  };
  const readings = {
    firstPage: await timed(`/v1/reminders?limit=${PAGE}`),
    deepPage: await timed(`/v1/reminders?limit=${PAGE}&cursor=${cursor}`),
    one: await timed(`/v1/reminders/${id}`),
    stats: await timed("/v1/stats", STATS_READS, STATS_APART_MS),
    metrics: await timed("/metrics"),
  };
  await dispatcher.close();
  return readings;
}
