import type { DatabaseSync } from "node:sqlite";
import { BelfryError, StoreError } from "../../domain/errors.ts";
import type {
  CancelRequest,
  CancelResult,
  DeliveryStore,
  EndpointStore,
  InboxStore,
  ReminderStore,
  Store,
} from "../store.ts";
import { createIntake } from "./accept.ts";
import { type Access, createAccess } from "./access.ts";
import { createCancel } from "./cancel.ts";
import { createLeasing } from "./claim.ts";
import { createDeliveryReads } from "./deliveries.ts";
import { createEndpoints } from "./endpoints.ts";
import { createHistory } from "./history.ts";
import { createInbox } from "./inbox.ts";
import { migrate } from "./migrate.ts";
import { openDatabase, storeError } from "./open.ts";
import { createPurge } from "./purge.ts";
import { createRedrive } from "./redrive.ts";
import { createReminderReads } from "./reminders.ts";
import { createSettling } from "./settle.ts";
import { createWorkers } from "./workers.ts";
import { Writer } from "./writer.ts";

export interface SqliteOptions {
  /** The database file, or `:memory:`. */
  path: string;
  /** For the record of migrations, in ms since the epoch. */
  nowMs: number;
}

/**
 * Opens, and if needed migrates, the store on SQLite.
 *
 * @throws StoreError if the file cannot be used, naming it, the cause and what helps
 */
export function openSqliteStore(options: SqliteOptions): Store {
  const db = openDatabase(options.path);
  try {
    migrate(db, options.nowMs);
    return assemble(db);
  } catch (error) {
    db.close();
    throw error instanceof StoreError ? error : storeError(options.path, error);
  }
}

/** Each concern has its statements in a file of its own; here they meet behind the port. */
function assemble(db: DatabaseSync): Store {
  const writer = new Writer(db);
  const access = createAccess(db);
  const purge = createPurge(db);
  const ping = db.prepare("SELECT 1");
  return {
    name: "sqlite",
    ...reminderStore(db, writer, access),
    ...deliveryStore(db, writer, access),
    ...endpointStore(db, writer, access),
    ...inboxStore(db, writer),
    ensureTenant: (tenant) => writer.run(() => access.ensureTenant(tenant)),
    putKey: (key) => writer.run(() => access.putKey(key)),
    findKey: reading((hash) => access.findKey(hash)),
    findReceipt: reading((key) => access.findReceipt(key)),
    ping: reading(() => void ping.get()),
    purge: (request) => writer.run(() => purge(request)),
    close: async () => {
      writer.flush();
      db.close();
    },
  };
}

function reminderStore(db: DatabaseSync, writer: Writer, access: Access): ReminderStore {
  const history = createHistory(db);
  const intake = createIntake(db, history, access.keepReceipt);
  const reminders = createReminderReads(db);
  const cancelOpen = createCancel(db, history);
  const cancel = (request: CancelRequest): CancelResult | null => {
    if (!reminders.find(request.tenantId, request.id)) return null;
    const counts = cancelOpen(request);
    const view = reminders.find(request.tenantId, request.id);
    return view && { view, ...counts };
  };
  return {
    accept: (batch, receipt) => writer.run(() => intake.accept(batch, receipt)),
    findDueReminders: reading((horizonMs, limit) => intake.findDue(horizonMs, limit)),
    promote: (batch) => writer.run(() => intake.promote(batch)),
    findReminder: reading((tenantId, id) => reminders.find(tenantId, id)),
    listReminders: reading((request) => reminders.list(request)),
    cancelReminder: (request) => writer.run(() => cancel(request)),
  };
}

function deliveryStore(db: DatabaseSync, writer: Writer, access: Access): DeliveryStore {
  const history = createHistory(db);
  const leasing = createLeasing(db, history);
  const settling = createSettling(db, history);
  const workers = createWorkers(db);
  const deliveries = createDeliveryReads(db);
  const redrive = createRedrive(db, access.keepReceipt);
  return {
    claim: (request) => writer.run(() => leasing.claim(request)),
    nextClaimAt: reading(() => leasing.nextClaimAt()),
    renew: (leases, untilMs) => writer.run(() => leasing.renew(leases, untilMs)),
    settle: (batch) => writer.run(() => settling.settle(batch)),
    release: (leases) => writer.run(() => leasing.release(leases)),
    recover: (nowMs) => writer.run(() => leasing.recover(nowMs)),
    beat: (worker, nowMs) => writer.run(() => workers.beat(worker, nowMs)),
    lastBeat: reading(() => workers.lastBeat()),
    findMissed: reading((request) => deliveries.findMissed(request)),
    expire: (batch, nowMs) => writer.run(() => settling.expire(batch, nowMs)),
    findDelivery: reading((tenantId, id) => deliveries.find(tenantId, id)),
    listDeliveries: reading((request) => deliveries.list(request)),
    redrive: (request) => writer.run(() => redrive(request)),
  };
}

function endpointStore(db: DatabaseSync, writer: Writer, access: Access): EndpointStore {
  const endpoints = createEndpoints(db, access.keepReceipt);
  return {
    createEndpoint: (endpoint, receipt) => writer.run(() => endpoints.create(endpoint, receipt)),
    findEndpoint: reading((tenantId, name) => endpoints.find(tenantId, name)),
    listEndpoints: reading((request) => endpoints.list(request)),
    updateEndpoint: (change) => writer.run(() => endpoints.update(change)),
    deleteEndpoint: (tenantId, name) => writer.run(() => endpoints.remove(tenantId, name)),
  };
}

function inboxStore(db: DatabaseSync, writer: Writer): InboxStore {
  const inbox = createInbox(db);
  return {
    putInbox: (entry) => writer.run(() => inbox.put(entry)),
    listInbox: reading((request) => inbox.list(request)),
  };
}

/** A read answers with what it finds, or rejects with a StoreError; it never throws. */
function reading<Arguments extends unknown[], Result>(
  read: (...given: Arguments) => Result,
): (...given: Arguments) => Promise<Result> {
  return async (...given) => {
    try {
      return read(...given);
    } catch (error) {
      if (error instanceof BelfryError) throw error;
      const cause = error instanceof Error ? error.message : String(error);
      throw new StoreError("store_failed", `Cannot read from the store: ${cause}`, { cause: error });
    }
  };
}
