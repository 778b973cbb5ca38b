import type { EventPage } from "../../store/store.ts";
import { eventResource } from "../views/event-view.ts";
import type { Pace, PaceOptions } from "./pace.ts";
import { HEARTBEAT, sentEvent, sentPlace } from "./server-sent.ts";

/** What a stream tells of, and for whom. */
export interface Followed extends PaceOptions {
  /** What follows an id of the log. */
  read: (after: string) => Promise<EventPage>;
}

/** Proxies give up on a connection after half a minute of silence or more. */
const HEARTBEAT_MS = 15_000;
const GAP = { reason: "some events are no longer kept" };

/** The text of one stream, bit by bit. */
export class Telling {
  readonly #followed: Followed;
  readonly #pace: Pace;
  #page: EventPage;
  /** The last id that was sent. */
  #placeTold: string | undefined;
  #silentUntilMs: number;

  constructor(first: EventPage, followed: Followed, pace: Pace) {
    this.#page = first;
    this.#followed = followed;
    this.#pace = pace;
    this.#silentUntilMs = followed.clock.now() + HEARTBEAT_MS;
  }

  /** What is to be written next, once there is something; null at the end. */
  async next(): Promise<string | null> {
    const text = this.#placeTold === undefined ? this.#tellPage() + this.#tellPlace() : await this.#follow();
    this.#silentUntilMs = this.#followed.clock.now() + HEARTBEAT_MS;
    return text;
  }

  async #follow(): Promise<string | null> {
    for (;;) {
      const beat = await this.#pace.next(this.#silentUntilMs, this.#page.isMore);
      if (beat === "end") return null;
      if (beat === "silence") return this.#tellPlace() + HEARTBEAT;
      this.#page = await this.#followed.read(this.#page.lastId);
      // Its key was revoked while the log was read.
      if (this.#pace.isOver) return null;
      const text = this.#tellPage();
      if (text !== "") return text;
    }
  }

  #tellPage(): string {
    const { items, hasGap } = this.#page;
    this.#placeTold = items.at(-1)?.id ?? this.#placeTold;
    const gap = hasGap ? sentEvent({ type: "gap", data: GAP }) : "";
    return gap + items.map((event) => sentEvent({ ...event, data: eventResource(event) })).join("");
  }

  /** Where to come back to, if the events that were told do not say it. */
  #tellPlace(): string {
    if (this.#page.lastId === this.#placeTold) return "";
    this.#placeTold = this.#page.lastId;
    return sentPlace(this.#page.lastId);
  }
}
