import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Role } from "../../../src/domain/worker.ts";
import type { BelfrySettings } from "../../e2e/belfry-command.ts";
import { Arrivals } from "./arrivals.ts";
import { DatabaseProxy } from "./database-proxy.ts";
import { RoleProcess } from "./role-process.ts";

/** The first API key and the secret of all processes. */
export const ADMIN_KEY = "bf_cluster_test_0123456789abcdefghij";
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;

export interface ClusterOptions {
  /** Where the database is, on 127.0.0.1. */
  databaseUrl: string;
  /** Default: 2. */
  schedulers?: number;
  /** Default: 3. */
  workers?: number;
  /** How long a lease lasts; default: as in production. */
  leaseMs?: number;
  /** Over the defaults; CLOCK_AHEAD_MS: by how much the clock is wrong. */
  settings?: BelfrySettings;
}

const SETTABLE_CLOCK = new URL("../settable-clock.ts", import.meta.url).href;

/**
 * One API, some schedulers and some workers, real processes on one database, each behind a proxy of its own,
 * and a receiver of what they send.
 */
export class Cluster implements AsyncDisposable {
  readonly databaseUrl: string;
  readonly arrivals: Arrivals;
  readonly all: RoleProcess[] = [];
  readonly #proxies = new Map<RoleProcess, DatabaseProxy>();
  /** What a process may write beside its database. */
  readonly #folder = mkdtempSync(join(tmpdir(), "belfry-cluster-"));

  private constructor(databaseUrl: string, arrivals: Arrivals) {
    this.databaseUrl = databaseUrl;
    this.arrivals = arrivals;
  }

  /** Resolves once all are ready. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const { databaseUrl, schedulers = 2, workers = 3 } = options;
    const cluster = new Cluster(databaseUrl, await Arrivals.start());
    try {
      // The first one makes the schema, so that the others need not wait for each other.
      await cluster.add("api", options);
      const others: Role[] = [
        ...Array<Role>(schedulers).fill("scheduler"),
        ...Array<Role>(workers).fill("worker"),
      ];
      await Promise.all(others.map((role) => cluster.add(role, options)));
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  get api(): RoleProcess {
    return this.#one("api");
  }

  get workers(): RoleProcess[] {
    return this.all.filter(({ role }) => role === "worker");
  }

  get schedulers(): RoleProcess[] {
    return this.all.filter(({ role }) => role === "scheduler");
  }

  get proxies(): DatabaseProxy[] {
    return [...this.#proxies.values()];
  }

  proxyOf(process: RoleProcess): DatabaseProxy {
    const proxy = this.#proxies.get(process);
    if (!proxy) throw new Error(`Cannot find the proxy of a ${process.role}: it is none of this cluster`);
    return proxy;
  }

  /** One more process. Resolves once it is ready. */
  async add(role: Role, { databaseUrl, leaseMs, settings }: ClusterOptions): Promise<RoleProcess> {
    const proxy = await DatabaseProxy.start(Number(new URL(databaseUrl).port));
    const process = new RoleProcess({
      role,
      leaseMs,
      imports: settings?.CLOCK_AHEAD_MS === undefined ? [] : [SETTABLE_CLOCK],
      settings: {
        BELFRY_PORT: "0",
        BELFRY_WEBHOOK_ALLOW: "127.0.0.1",
        BELFRY_ADMIN_KEY: ADMIN_KEY,
        BELFRY_WEBHOOK_SECRETS: WEBHOOK_SECRET,
        BELFRY_LOG_FORMAT: "pretty",
        BELFRY_DATA: this.#folder,
        // So that schedulers have something to do.
        BELFRY_NEAR_WINDOW: "PT1S",
        BELFRY_TICK: "PT0.5S",
        ...settings,
        BELFRY_DATABASE_URL: proxy.through(databaseUrl),
      },
    });
    this.all.push(process);
    this.#proxies.set(process, proxy);
    await process.start();
    return process;
  }

  /** As whoever supervises them does: starts what has ended by itself. */
  async restartFallen(): Promise<void> {
    await Promise.all(this.all.filter(({ isUp }) => !isUp).map((process) => process.startInsisting()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map((process) => process[Symbol.asyncDispose]()));
    await Promise.all(this.proxies.map((proxy) => proxy[Symbol.asyncDispose]()));
    await this.arrivals[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #one(role: Role): RoleProcess {
    const found = this.all.find((process) => process.role === role);
    if (!found) throw new Error(`Cannot find the ${role}: there is none`);
    return found;
  }
}
