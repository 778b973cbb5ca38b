import { setTimeout as pause } from "node:timers/promises";
import type { PostgresServer } from "../../postgres/start-postgres.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { ask } from "./account.ts";
import type { Cluster } from "./cluster.ts";
import type { CutMoment } from "./database-proxy.ts";
import type { RoleProcess } from "./role-process.ts";

/** Statements that are transactions by themselves. */
const WRITES = new Set(["accept", "accept_once", "claim_due", "claim_parked", "renew_leases", "beat"]);
const CUT_SHARE = 0.15;

export interface HarmOptions {
  cluster: Cluster;
  postgres: PostgresServer;
  random: SeededRandom;
  leaseMs: number;
}

/** A process that ended, hung, or was cut off alone, and when: others may take it for gone. */
export interface Victim {
  pid: number;
  atMs: number;
}

/** What can be done to a cluster. Each resolves once it is over; what was stopped by it is up again then. */
export class Harms {
  readonly victims: Victim[] = [];
  /** How often each was done. */
  readonly done: Record<string, number> = {};
  readonly #options: HarmOptions;

  constructor(options: HarmOptions) {
    this.#options = options;
  }

  /** SIGKILL of one process; its supervisor starts it again a little later. */
  async kill(victim: RoleProcess = this.#anyone()): Promise<void> {
    this.#note("kill", victim);
    await victim.kill();
    await this.#moment(0, 1_000);
    await victim.startInsisting();
  }

  /** SIGSTOP of one process for longer than a lease. */
  async halt(victim: RoleProcess = this.#anyone()): Promise<void> {
    const { leaseMs } = this.#options;
    this.#note("halt", victim);
    victim.halt();
    await this.#moment(leaseMs + 200, 1.5 * leaseMs);
    victim.resume();
  }

  /** SIGSTOP of one process, whose connections are cut meanwhile: it finds out only after it goes on. */
  async haltAndCut(victim: RoleProcess = this.#anyone()): Promise<void> {
    const { cluster, leaseMs } = this.#options;
    this.#note("haltAndCut", victim);
    victim.halt();
    await this.#moment(0, 200);
    cluster.proxyOf(victim).cutAll();
    await this.#moment(1_000, leaseMs);
    victim.resume();
  }

  /** An operator ends all connections of Belfry's. */
  async endConnections(): Promise<void> {
    this.#note("endConnections");
    const ended =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'belfry%'";
    await ask(this.#options.postgres.url(), ended);
  }

  /** SIGKILL of the database, which is started again a little later. */
  async killDatabase(): Promise<void> {
    const { postgres } = this.#options;
    this.#note("killDatabase");
    await postgres.kill();
    await this.#moment(0, 1_500);
    await postgres.start();
  }

  /** Some connections are cut as they commit, for a while. */
  async cutCommits(moment: CutMoment, forMs: number): Promise<void> {
    const { cluster, random } = this.#options;
    this.#note(`cutCommits ${moment}`);
    for (const proxy of cluster.proxies)
      proxy.cutWhere((message) => {
        const commits = message.kind === "commit" || WRITES.has(message.name);
        return commits && random.next() < CUT_SHARE ? moment : null;
      });
    await pause(forMs);
    for (const proxy of cluster.proxies) proxy.cutWhere(() => null);
  }

  /** Nobody reaches the database for so long. */
  async withoutDatabase(forMs: number): Promise<void> {
    const { cluster } = this.#options;
    this.#note("withoutDatabase");
    for (const proxy of cluster.proxies) proxy.goDown();
    await pause(forMs);
    for (const proxy of cluster.proxies) proxy.comeUp();
  }

  /** Nothing comes through for so long, and nobody is told. */
  async blackHole(forMs: number): Promise<void> {
    const { cluster } = this.#options;
    this.#note("blackHole");
    for (const proxy of cluster.proxies) proxy.goBlack();
    await pause(forMs);
    for (const proxy of cluster.proxies) proxy.comeBack();
  }

  /** The connections of one process are cut; it may come back at once. */
  async cutOne(): Promise<void> {
    const { cluster } = this.#options;
    const victim = this.#anyone();
    this.#note("cutOne", victim);
    cluster.proxyOf(victim).cutAll();
  }

  /** All clients are cut off, and the database is not told. */
  async abandon(): Promise<void> {
    this.#note("abandon");
    for (const proxy of this.#options.cluster.proxies) proxy.abandon();
  }

  /** All connections hang, and nobody is told; new ones work. */
  async hang(): Promise<void> {
    this.#note("hang");
    for (const proxy of this.#options.cluster.proxies) proxy.leaveHanging();
  }

  /** The connections of one process hang. */
  async hangOne(victim: RoleProcess = this.#anyone()): Promise<void> {
    this.#note("hangOne", victim);
    this.#options.cluster.proxyOf(victim).leaveHanging();
  }

  /** Another program holds the table of the deliveries for so long. */
  async lockTable(forMs: number): Promise<void> {
    this.#note("lockTable");
    const text = `BEGIN; LOCK TABLE belfry.deliveries IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(${forMs / 1_000}); COMMIT`;
    await ask(this.#options.postgres.url(), text);
  }

  #note(name: string, victim?: RoleProcess): void {
    this.done[name] = (this.done[name] ?? 0) + 1;
    const pid = victim?.pids.at(-1);
    if (pid !== undefined) this.victims.push({ pid, atMs: Date.now() });
  }

  /** The worker that has most in its hands. */
  async busiest(): Promise<RoleProcess> {
    const { cluster, postgres } = this.#options;
    const text = `SELECT w.pid FROM belfry.deliveries d JOIN belfry.workers w ON w.id = d.worker
      WHERE d.state = 'leased' GROUP BY w.pid ORDER BY count(*) DESC LIMIT 1`;
    const [most] = await ask(postgres.url(), text);
    return cluster.workers.find(({ pids, isUp }) => isUp && pids.at(-1) === most?.pid) ?? this.#anyone();
  }

  #anyone(): RoleProcess {
    const { cluster, random } = this.#options;
    const up = cluster.all.filter(({ isUp }) => isUp);
    const chosen = up[random.between(0, up.length)];
    if (!chosen) throw new Error("Cannot harm anyone: nobody is up");
    return chosen;
  }

  async #moment(least: number, most: number): Promise<void> {
    await pause(this.#options.random.between(least, most));
  }
}
