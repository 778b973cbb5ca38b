import type { Store } from "../store/store.ts";

/** Turns of the event loop in which nothing was asked of the store, after which nothing is under way. */
const QUIET_TURNS = 12;

/** Watches stores, so that a virtual clock can stand still as long as somebody waits for one of them. */
export class Quietness {
  readonly #turns: number;
  #waiting = 0;

  /** @param turns of the event loop without a call, after which all is quiet */
  constructor(turns = QUIET_TURNS) {
    this.#turns = turns;
  }

  /** The same store, watched. */
  watch(store: Store): Store {
    const members = new Map<PropertyKey, unknown>();
    return new Proxy(store, {
      get: (_target, name) => {
        if (!members.has(name)) members.set(name, this.#watched(store, name));
        return members.get(name);
      },
    });
  }

  /** Resolves once nothing is under way. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < this.#turns; turns = this.#waiting === 0 ? turns + 1 : 0)
      await new Promise(setImmediate);
  }

  #watched(store: Store, name: PropertyKey): unknown {
    const member: unknown = Reflect.get(store, name);
    if (typeof member !== "function") return member;
    return (...args: unknown[]) => {
      const result: unknown = Reflect.apply(member, store, args);
      return result instanceof Promise ? this.#counted(result) : result;
    };
  }

  async #counted<Result>(asked: Promise<Result>): Promise<Result> {
    this.#waiting += 1;
    try {
      return await asked;
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** A store that tells when nobody waits for it. */
export interface QuietStore {
  store: Store;
  quiet(): Promise<void>;
}

export function quietStore(inner: Store): QuietStore {
  const quietness = new Quietness();
  return { store: quietness.watch(inner), quiet: () => quietness.quiet() };
}
