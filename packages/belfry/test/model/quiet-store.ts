import type { Store } from "../../src/store/store.ts";

/** Turns of the event loop in which nothing was asked of the store, after which nothing is under way. */
const QUIET_TURNS = 12;

/** A store that tells when nobody waits for it, so that a virtual clock can stand still as long as somebody does. */
export interface QuietStore {
  store: Store;
  /** Resolves once nothing is under way. */
  quiet(): Promise<void>;
}

export function quietStore(inner: Store): QuietStore {
  let waiting = 0;
  const counted = async <Result>(asked: Promise<Result>): Promise<Result> => {
    waiting += 1;
    try {
      return await asked;
    } finally {
      waiting -= 1;
    }
  };
  const store = new Proxy(inner, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(member, target, args);
        return result instanceof Promise ? counted(result) : result;
      };
    },
  });
  const quiet = async (): Promise<void> => {
    for (let turns = 0; turns < QUIET_TURNS; turns = waiting === 0 ? turns + 1 : 0)
      await new Promise(setImmediate);
  };
  return { store, quiet };
}
