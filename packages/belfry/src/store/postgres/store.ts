import type { BelfryError } from "../../domain/errors.ts";
import type { OnCommit } from "../commit.ts";
import type {
  AccessStore,
  DeliveryStore,
  EndpointStore,
  RedriveStore,
  ReminderStore,
  Store,
} from "../store.ts";
import { createAccept } from "./accept.ts";
import { createAcknowledge, findAcknowledgements } from "./acknowledge.ts";
import { calendarStore } from "./calendar.ts";
import { campaignStore } from "./campaigns.ts";
import { createCancel } from "./cancel.ts";
import { createChange } from "./change.ts";
import { createClaim } from "./claim.ts";
import type { ConnectionSettings } from "./connection-options.ts";
import { Database } from "./database.ts";
import { findDelivery, findMissed, findOpenDeliveries, listDeliveries } from "./deliveries.ts";
import { createEndpointWrites, findEndpoint, listEndpoints } from "./endpoints.ts";
import { createEventReads, EventWatch } from "./events.ts";
import { factStore } from "./facts.ts";
import { listInbox, putInbox } from "./inbox.ts";
import { createKeyWrites, findKey, listKeys } from "./keys.ts";
import { createLeaseWrites, nextClaimAt } from "./leases.ts";
import { type Notices, noticesOf } from "./notices.ts";
import { createProbe, openChecked, readTime } from "./opening.ts";
import { createPromote, findDueReminders } from "./promote.ts";
import { createPurge } from "./purge.ts";
import { findReceipt } from "./receipts.ts";
import { recipientStore } from "./recipients.ts";
import { createRedrive } from "./redrive.ts";
import { findReminder, findRemindersOf, listReminders } from "./reminders.ts";
import { findRetriable } from "./retriable.ts";
import { createRing } from "./ring.ts";
import { keepSecret } from "./secrets.ts";
import { createSettle } from "./settle.ts";
import { createExpire } from "./settle-held.ts";
import { findSpent } from "./spent.ts";
import { countWaiting, oldestDue, readCounts, readLoad, readSums } from "./stats.ts";
import { createTenantWrites, findTenant, listTenants } from "./tenants.ts";
import { createWorkers } from "./workers.ts";
import { createWrite, type Write } from "./writing.ts";

export interface PostgresOptions extends ConnectionSettings {
  /** Connections at most, besides two that stand for the process. */
  poolSize: number;
  /** Told of every transaction. */
  onCommit?: OnCommit;
  /** What is to be sent within so long is told to other processes at once. */
  notifyWithinMs: number;
  /** Whether it could not be reached just before, so that others are on their way back too; default: false. */
  wasAway?: boolean;
  /** How long they have for it, in ms; default: 3,000. */
  graceMs?: number;
  /** How long an answer may be missed before the server is asked whether it is at work on it, in ms; default: 5,000. */
  silentAfterMs?: number;
  /** Told of a connection that was given up, since nobody answered it any more, or that is not let in anew. */
  onConnectionFault?: (error: BelfryError) => void;
}

/** The store on PostgreSQL, and what only one that is shared has. */
export interface PostgresStore extends Store {
  /** The database for people, without its password: `db.example.com:5432/belfry`. */
  readonly place: string;
  /** The database's own time, in ms since the epoch. */
  readTime(): Promise<number>;
  /** Keeps a secret for all processes, unless there is one of that name; resolves with the one that is kept. */
  keepSecret(secret: { name: string; value: string; nowMs: number }): Promise<string>;
}

/**
 * Opens the store on PostgreSQL. The schema is brought up to date where this user may do so.
 *
 * @throws StoreError naming the database, the cause and what helps; SettingError if the address is wrong
 */
export async function openPostgresStore(options: PostgresOptions): Promise<PostgresStore> {
  const { notifyWithinMs, wasAway = false, ...settings } = options;
  const database = new Database(settings);
  try {
    await openChecked(database);
    if (wasAway) database.outages.startedBefore(0);
    return assemble(database, noticesOf(database.schema, notifyWithinMs));
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Each concern has its statements in a file of its own; here they meet behind the port. */
function assemble(database: Database, notices: Notices): PostgresStore {
  const watch = new EventWatch(database);
  const write = createWrite(database, () => watch.wake());
  const workers = createWorkers({ database, write, notices });
  const { close: leaveAll, ...workerStore } = workers;
  return {
    name: "postgres",
    place: database.place,
    ...reminderStore({ database, write, notices, onEvents: () => watch.wake() }),
    ...deliveryStore(database, write),
    ...redriveStore({ database, write, notices }),
    ...workerStore,
    changeReminder: createChange(write, notices),
    findOpenDeliveries: (tenantId, reminderId) => findOpenDeliveries(database, tenantId, reminderId),
    findSpent: (request) => findSpent(database, request),
    ring: createRing(write, notices),
    acknowledge: createAcknowledge(write, notices),
    findAcknowledgements: (tenantId, ids) => findAcknowledgements(database, tenantId, ids),
    ...recipientStore(database, write),
    ...campaignStore({ database, write, notices }),
    ...calendarStore(database, write),
    ...factStore(database),
    listEvents: createEventReads(database),
    watchEvents: (wake) => watch.watch(wake),
    counts: (tenantId) => readCounts(database, tenantId),
    oldestDue: (state, tenantId) => oldestDue(database, state, tenantId),
    countWaiting: (nowMs) => countWaiting(database, nowMs),
    sums: (tenantId, fromMs, toMs) => readSums(database, tenantId, { fromMs, toMs }),
    load: (...given) => readLoad(database, ...given),
    ...endpointStore(database, write),
    putInbox: (entry) => putInbox(database, entry),
    listInbox: (request) => listInbox(database, request),
    ...accessStore(database, write),
    findReceipt: (key) => findReceipt(database, key),
    ping: createProbe(database),
    purge: createPurge(database, write),
    readTime: () => readTime(database),
    keepSecret: (secret) => keepSecret(database, secret),
    close: async () => {
      watch.close();
      await leaveAll();
      await database.close();
    },
  };
}

interface Parts {
  database: Database;
  write: Write;
  notices: Notices;
}

function reminderStore({
  database,
  write,
  notices,
  onEvents,
}: Parts & { onEvents: () => void }): ReminderStore {
  return {
    accept: createAccept(database, notices, onEvents),
    findDueReminders: (request) => findDueReminders(database, request),
    promote: createPromote(write, notices),
    findRemindersOf: (owner) => findRemindersOf(database, owner),
    findReminder: (tenantId, id) => findReminder(database, tenantId, id),
    listReminders: (request) => listReminders(database, request),
    cancelReminder: createCancel(write, notices),
  };
}

function deliveryStore(database: Database, write: Write): DeliveryStore {
  const leases = createLeaseWrites(database, write);
  return {
    claim: createClaim(database, write),
    nextClaimAt: (partition) => nextClaimAt(database, partition),
    renew: leases.renew,
    settle: createSettle(write),
    release: leases.release,
    findMissed: (request) => findMissed(database, request),
    expire: createExpire(write),
    findDelivery: (tenantId, id) => findDelivery(database, tenantId, id),
    listDeliveries: (request) => listDeliveries(database, request),
  };
}

function redriveStore({ database, write, notices }: Parts): RedriveStore {
  return {
    ...createRedrive(write, notices),
    findRetriable: (request) => findRetriable(database, request),
  };
}

function endpointStore(database: Database, write: Write): EndpointStore {
  const endpoints = createEndpointWrites(write);
  return {
    createEndpoint: endpoints.create,
    findEndpoint: (tenantId, name) => findEndpoint(database, tenantId, name),
    listEndpoints: (request) => listEndpoints(database, request),
    updateEndpoint: endpoints.update,
    deleteEndpoint: endpoints.remove,
  };
}

function accessStore(database: Database, write: Write): AccessStore {
  const tenants = createTenantWrites(database, write);
  const keys = createKeyWrites(database, write);
  return {
    ensureTenant: tenants.ensure,
    createTenant: tenants.create,
    findTenant: (id) => findTenant(database, id),
    listTenants: (request) => listTenants(database, request),
    updateTenant: tenants.update,
    putKey: keys.put,
    createKey: keys.create,
    findKey: (hash) => findKey(database, hash),
    listKeys: (request) => listKeys(database, request),
    revokeKey: keys.revoke,
    noteKeyUse: keys.noteUse,
  };
}
