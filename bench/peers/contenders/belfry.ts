import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { VERSION } from "../../../packages/belfry/src/config/version.ts";
import { freePort } from "../../../packages/belfry/test/postgres/free-port.ts";
import { endWithUs } from "../../ending.ts";
import { pause } from "../../processes.ts";
import type { Order } from "../order.ts";
import type { Place, StorePlace } from "../places/place.ts";
import { Child, killed, peakBytesOf } from "../processes/child.ts";
import { endingSignal, profileArguments } from "../profiling.ts";
import type { Contender, Site, WorkerProcess } from "./contender.ts";

const launcher = fileURLToPath(new URL("../../../packages/belfry/bin/belfry.js", import.meta.url));
const ADMIN_KEY = "the-key-of-this-benchmark-and-of-nobody-else";
/** A way through HTTP that asks for no more of an answer than it needs. */
const IDS_ALONE = "HTTP, ids alone";
/** Batches that are accepted at a time. */
const PARALLEL = { HTTP: 2, engine: 2 };

/** Belfry as its users run it on PostgreSQL: API, scheduler and one worker, each in a process of its own. */
export function belfry(place: Place): Contender {
  return {
    name: "belfry",
    title: `Belfry ${VERSION}`,
    isPeer: false,
    isPrompt: true,
    ways: ["HTTP", IDS_ALONE, "engine"],
    describe: (use) => ({
      processes: "belfry api, belfry scheduler, belfry worker; settings as they are by default",
      producers: use === "accept" ? PARALLEL : PARALLEL.HTTP,
      ...(use === "retry" ? { retry: "initial and max PT0.1S, jitter none" } : {}),
    }),
    open: async (use) => new BelfrySite(await place.open(), use === "retry"),
  };
}

interface Role {
  child: ChildProcess;
  url: string;
}

class BelfrySite implements Site {
  readonly #store: StorePlace;
  readonly #isRetrying: boolean;
  #api: Promise<Role> | null = null;
  #scheduler: Role | null = null;
  readonly #workers: Role[] = [];
  readonly #producers = new Map<string, Child>();

  constructor(store: StorePlace, isRetrying: boolean) {
    this.#store = store;
    this.#isRetrying = isRetrying;
  }

  async accept(order: Order, way = "HTTP"): Promise<number> {
    const producer = this.#producers.get(way) ?? (await this.#startProducer(way));
    this.#producers.set(way, producer);
    return producer.call("accept", order);
  }

  async startWorker(): Promise<WorkerProcess> {
    await this.#startApi();
    this.#scheduler ??= await this.#start("scheduler");
    const worker = await this.#start("worker");
    this.#workers.push(worker);
    const { child } = worker;
    return { peakBytes: () => peakBytesOf(child.pid ?? 0), kill: () => killed(child) };
  }

  async rest(): Promise<void> {
    for (const producer of this.#producers.values()) await producer.kill(endingSignal());
    this.#producers.clear();
    // Any time is a good time to be killed.
    const roles = [await this.#api, this.#scheduler, ...this.#workers.splice(0)];
    await Promise.all(roles.map(async (role) => role && killed(role.child, endingSignal())));
    this.#api = null;
    this.#scheduler = null;
  }

  settle(): Promise<void> {
    return this.#store.settle();
  }

  bytes(): Promise<number> {
    return this.#store.bytes();
  }

  async close(): Promise<void> {
    await this.rest();
    await this.#store.drop();
  }

  async #startProducer(way: string): Promise<Child> {
    if (way === "engine")
      return Child.start("belfry-engine.ts", [`${PARALLEL.engine}`], {
        env: this.#environment(0),
        execArgv: profileArguments(),
      });
    const { url } = await this.#startApi();
    const wishes = [...(this.#isRetrying ? ["retrying"] : []), ...(way === IDS_ALONE ? ["ids-alone"] : [])];
    return Child.start("belfry-poster.ts", [url, ADMIN_KEY, `${PARALLEL.HTTP}`, ...wishes]);
  }

  #startApi(): Promise<Role> {
    this.#api ??= this.#start("api");
    return this.#api;
  }

  async #start(role: string): Promise<Role> {
    const port = await freePort();
    const env = this.#environment(port);
    const stdio = ["ignore", "ignore", "inherit"] as const;
    const child = spawn(process.execPath, [...profileArguments(), launcher, role], {
      env,
      stdio: [...stdio],
    });
    endWithUs(child);
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, child);
    return { child, url };
  }

  /** Its own settings, and none of this machine's. */
  #environment(port: number): NodeJS.ProcessEnv {
    const foreign = Object.keys(process.env).filter((name) => name.startsWith("BELFRY_"));
    return {
      ...process.env,
      ...Object.fromEntries(foreign.map((name) => [name, undefined])),
      BELFRY_PORT: `${port}`,
      BELFRY_DATABASE_URL: this.#store.address,
      BELFRY_ADMIN_KEY: ADMIN_KEY,
      BELFRY_WEBHOOK_ALLOW: "127.0.0.1",
      BELFRY_LOG_LEVEL: "warn",
    };
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const isReady = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    await pause(5);
  }
  throw new Error("Cannot measure: belfry ended before it was ready");
}
