import type { DatabaseSync } from "node:sqlite";
import type { Partition } from "../../domain/partition.ts";
import type { OnCommit } from "../commit.ts";
import { refuseMarked } from "../move-mark.ts";
import type {
  AccessStore,
  CalendarStore,
  CampaignStore,
  ChangeStore,
  DeliveryStore,
  EndpointStore,
  FactStore,
  InboxStore,
  RecipientStore,
  RedriveStore,
  ReminderStore,
  Store,
  WorkerStore,
} from "../store.ts";
import { createIntake } from "./accept.ts";
import { type Access, createAccess } from "./access.ts";
import { createAcknowledge, createAcknowledgements } from "./acknowledge.ts";
import { createCalendar } from "./calendar.ts";
import { createCalendarFeeds } from "./calendar-feeds.ts";
import { createCampaigns } from "./campaigns.ts";
import { createCancel } from "./cancel.ts";
import { createChange } from "./change.ts";
import { createLeasing } from "./claim.ts";
import { createClaimedFor } from "./claimed-for.ts";
import { createDeliveryReads } from "./deliveries.ts";
import { createEndpoints } from "./endpoints.ts";
import { createEventLog } from "./events.ts";
import { createFacts } from "./facts.ts";
import { storeError } from "./failure.ts";
import { createHealth } from "./health.ts";
import { createHistory } from "./history.ts";
import { createInbox } from "./inbox.ts";
import { createKeepReminders } from "./keep-reminders.ts";
import { createLeaseCare } from "./lease-care.ts";
import { createTally, type Ledger } from "./ledger.ts";
import type { FolderLock } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { readMoveMark } from "./move-mark.ts";
import { endStart, openDatabase } from "./open.ts";
import { createProbe } from "./probe.ts";
import { createPurge } from "./purge.ts";
import { createReading, type Reading } from "./reading.ts";
import { createRecipients } from "./recipients.ts";
import { createRedrive } from "./redrive.ts";
import { createReminderReads } from "./reminders.ts";
import { createRing } from "./ring.ts";
import { createSettling } from "./settle.ts";
import { createSpent } from "./spent.ts";
import { createStatsReads } from "./stats.ts";
import { createWaitingCount } from "./waiting.ts";
import { createWorkers } from "./workers.ts";
import { Writer } from "./writer.ts";

export interface SqliteOptions {
  /** The database file, or `:memory:`. */
  path: string;
  /** For the record of migrations, in ms since the epoch. */
  nowMs: number;
  /** Told of every transaction. */
  onCommit?: OnCommit;
  /** What keeps other processes from the folder; asked before each transaction. */
  hold?: Pick<FolderLock, "check">;
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
    refuseMarked(options.path, readMoveMark(db));
    endStart(db);
    return assemble(db, options);
  } catch (error) {
    db.close();
    throw storeError("open", options.path, error);
  }
}

/** Each concern has its statements in a file of its own; here they meet behind the port. */
function assemble(db: DatabaseSync, { path, onCommit, hold }: SqliteOptions): Store {
  const health = createHealth(path, hold);
  const reading = createReading(health);
  const access = createAccess(db);
  const events = createEventLog(db);
  const tally = createTally(db);
  const writer = new Writer(db, {
    health,
    ...(onCommit ? { onCommit } : {}),
    beforeCommit: () => {
      tally.write();
      events.write();
    },
    onRollback: () => {
      tally.clear();
      events.clear();
    },
    afterCommit: () => events.wake(),
  });
  const ledger: Ledger = { note: events.note, moved: tally.moved };
  const parts: Parts = { db, writer, reading, ledger, keepReceipt: access.keepReceipt };
  const stats = createStatsReads(db);
  const countWaiting = createWaitingCount(db);
  const purge = createPurge(db, ledger);
  return {
    name: "sqlite",
    ...reminderStore(parts),
    ...deliveryStore(parts),
    ...workerStore(parts),
    ...recipientStore(parts),
    ...campaignStore(parts),
    ...calendarStore(parts),
    ...factStore(parts),
    ...redriveStore(parts),
    ...endpointStore(parts),
    ...inboxStore(parts),
    listEvents: reading((request) => events.list(request)),
    watchEvents: (wake) => events.watch(wake),
    counts: reading((tenantId?: string) => stats.counts(tenantId)),
    oldestDue: reading((state, tenantId?: string) => stats.oldestDue(state, tenantId)),
    countWaiting: reading((nowMs) => countWaiting(nowMs)),
    sums: reading((tenantId, fromMs, toMs) => stats.sums(tenantId, fromMs, toMs)),
    load: reading((tenantId, fromMs, minutes) => stats.load(tenantId, fromMs, minutes)),
    ...accessStore(parts, access),
    findReceipt: reading((key) => access.findReceipt(key)),
    ping: createProbe(db, writer),
    purge: (request) => writer.run(() => purge(request)),
    close: async () => {
      writer.close();
      db.close();
    },
  };
}

/** What the concerns share. */
interface Parts {
  db: DatabaseSync;
  writer: Writer;
  reading: Reading;
  ledger: Ledger;
  keepReceipt: Access["keepReceipt"];
}

function reminderStore({ db, writer, reading, ...parts }: Parts): ReminderStore & ChangeStore {
  const history = createHistory(db, parts.ledger);
  const intake = createIntake(db, { history, ...parts });
  const reminders = createReminderReads(db);
  const deliveries = createDeliveryReads(db);
  const cancel = createCancel(db, { history, ledger: parts.ledger, find: reminders.find });
  const change = createChange(db, { history, ...parts });
  const spent = createSpent(db);
  const acknowledge = createAcknowledge(db, { history, ...parts });
  const acknowledgements = createAcknowledgements(db);
  const ring = createRing(db, { ...parts, acknowledge, noteSnooze: acknowledgements.noteSnooze });
  return {
    accept: (batch, receipt) => writer.run(() => intake.accept(batch, receipt)),
    findDueReminders: reading((request) => intake.findDue(request)),
    promote: (batch) => writer.run(() => intake.promote(batch)),
    findRemindersOf: reading((owner) => reminders.findOf(owner)),
    findReminder: reading((tenantId, id) => reminders.find(tenantId, id)),
    listReminders: reading((request) => reminders.list(request)),
    cancelReminder: (request) => writer.run(() => cancel(request)),
    changeReminder: (request) => writer.run(() => change(request)),
    findOpenDeliveries: reading((tenantId, reminderId) => deliveries.findOpen(tenantId, reminderId)),
    findSpent: reading((request) => spent.find(request)),
    ring: (request) => writer.run(() => ring(request)),
    acknowledge: (request) => writer.run(() => acknowledge(request)),
    findAcknowledgements: reading((tenantId, ids) => acknowledgements.find(tenantId, ids)),
  };
}

function deliveryStore({ db, writer, reading, ledger, keepReceipt }: Parts): DeliveryStore {
  const history = createHistory(db, ledger);
  const claimedFor = createClaimedFor({
    findRecipient: createRecipients(db, keepReceipt).find,
    findCampaign: createCampaigns(db, keepReceipt).find,
  });
  const leasing = createLeasing(db, { history, ledger, claimedFor });
  const settling = createSettling(db, history, ledger);
  const deliveries = createDeliveryReads(db);
  return {
    claim: (request) => writer.run(() => leasing.claim(request)),
    nextClaimAt: reading((partition?: Partition) => leasing.nextClaimAt(partition)),
    renew: (leases, untilMs) => writer.run(() => leasing.renew(leases, untilMs)),
    settle: (batch) => writer.run(() => settling.settle(batch)),
    release: (leases) => writer.run(() => leasing.release(leases)),
    findMissed: reading((request) => deliveries.findMissed(request)),
    expire: (batch, nowMs) => writer.run(() => settling.expire(batch, nowMs)),
    findDelivery: reading((tenantId, id) => deliveries.find(tenantId, id)),
    listDeliveries: reading((request) => deliveries.list(request)),
  };
}

/** One process alone works on the file: nobody else tells it anything, and nothing of it is taken over. */
function workerStore({ db, writer, reading, ledger }: Parts): WorkerStore {
  const workers = createWorkers(db);
  const care = createLeaseCare(db, ledger);
  return {
    isShared: false,
    join: (worker) => writer.run(() => workers.join(worker)),
    beat: (beat) => writer.run(() => workers.beat(beat)),
    leave: (id, nowMs) => writer.run(() => workers.leave(id, nowMs)),
    lastBeat: reading(() => workers.lastBeat()),
    listWorkers: reading((nowMs) => workers.list(nowMs)),
    recover: async (nowMs, leaseMs) => {
      const ended = await writer.run(() => care.recover(nowMs, leaseMs));
      return { ended, nextMs: null };
    },
    exclusively: (work) => work(),
    watchSignals: () => () => {},
  };
}

function recipientStore({ db, writer, reading, keepReceipt }: Parts): RecipientStore {
  const recipients = createRecipients(db, keepReceipt);
  return {
    writeRecipients: (batch, receiptOf) => writer.run(() => recipients.write(batch, receiptOf)),
    findRecipient: reading((tenantId, id) => recipients.find(tenantId, id)),
    findByExternalIds: reading((tenantId, ids) => recipients.findByExternalIds(tenantId, ids)),
    listRecipients: reading((request) => recipients.list(request)),
    walkRecipients: reading((tenantId, afterId, limit) => recipients.walk(tenantId, afterId, limit)),
    countRecipients: reading((tenantId) => recipients.count(tenantId)),
    deleteRecipient: (removal) => writer.run(() => recipients.delete(removal)),
    listRecipientChanges: reading((limit) => recipients.listChanges(limit)),
    settleRecipientChanges: (changes) => writer.run(() => recipients.settleChanges(changes)),
    eraseRecipient: (tenantId, id, limit) => writer.run(() => recipients.erase(tenantId, id, limit)),
  };
}

function factStore({ db, writer, reading }: Parts): FactStore {
  const facts = createFacts(db);
  return {
    readFact: reading((name) => facts.read(name)),
    writeFact: (name, value) => writer.run(() => facts.write(name, value)),
    walkReminders: reading((after, limit) => facts.walk(after, limit)),
  };
}

function campaignStore({ db, writer, reading, ledger, keepReceipt }: Parts): CampaignStore {
  const campaigns = createCampaigns(db, keepReceipt);
  const reminders = createReminderReads(db);
  const keep = createKeepReminders(db, { history: createHistory(db, ledger), ledger });
  return {
    createCampaign: (campaign, receipt) => writer.run(() => campaigns.create(campaign, receipt)),
    findCampaign: reading((tenantId, id) => campaigns.find(tenantId, id)),
    listCampaigns: reading((request) => campaigns.list(request)),
    findOpenCampaigns: reading((tenantId) => campaigns.findOpen(tenantId)),
    writeCampaign: (write) => writer.run(() => campaigns.write(write)),
    findWalkingCampaigns: reading((limit) => campaigns.findWalking(limit)),
    advanceCampaign: (campaign, from) => writer.run(() => campaigns.advance(campaign, from)),
    findReminders: reading((tenantId, ids) => reminders.findSome(tenantId, ids)),
    keepReminders: (keeping) => writer.run(() => keep(keeping)),
  };
}

function calendarStore({ db, writer, reading, keepReceipt }: Parts): CalendarStore {
  const calendar = createCalendar(db, keepReceipt);
  const feeds = createCalendarFeeds(db, keepReceipt);
  return {
    writeCalendarEvents: (batch, receipt) => writer.run(() => calendar.write(batch, receipt)),
    findCalendarEvent: reading((tenantId, id) => calendar.find(tenantId, id)),
    findCalendarEventsByUid: reading((tenantId, keys) => calendar.findByUids(tenantId, keys)),
    listCalendarEvents: reading((request) => calendar.list(request)),
    deleteCalendarEvent: (removal) => writer.run(() => calendar.delete(removal)),
    createCalendarFeed: (feed, receipt) => writer.run(() => feeds.create(feed, receipt)),
    findCalendarFeed: reading((tokenHash) => feeds.find(tokenHash)),
    listCalendarFeeds: reading((tenantId, recipientId) => feeds.list(tenantId, recipientId)),
    deleteCalendarFeeds: (removal) => writer.run(() => feeds.delete(removal)),
  };
}

function redriveStore({ db, writer, reading, ...parts }: Parts): RedriveStore {
  const redrive = createRedrive(db, parts);
  return {
    redrive: (request) => writer.run(() => redrive.redrive(request)),
    findRetriable: reading((request) => redrive.findRetriable(request)),
    redriveAll: (request) => writer.run(() => redrive.redriveAll(request)),
  };
}

function endpointStore({ db, writer, reading, ...parts }: Parts): EndpointStore {
  const endpoints = createEndpoints(db, parts);
  return {
    createEndpoint: (endpoint, receipt) => writer.run(() => endpoints.create(endpoint, receipt)),
    findEndpoint: reading((tenantId, name) => endpoints.find(tenantId, name)),
    listEndpoints: reading((request) => endpoints.list(request)),
    updateEndpoint: (change) => writer.run(() => endpoints.update(change)),
    deleteEndpoint: (removal) => writer.run(() => endpoints.remove(removal)),
  };
}

function inboxStore({ db, writer, reading }: Parts): InboxStore {
  const inbox = createInbox(db);
  return {
    putInbox: (entry) => writer.run(() => inbox.put(entry)),
    listInbox: reading((request) => inbox.list(request)),
  };
}

function accessStore({ writer, reading }: Parts, { tenants, keys }: Access): AccessStore {
  return {
    ensureTenant: (tenant) => writer.run(() => tenants.ensure(tenant)),
    createTenant: (tenant, key, receipt) => writer.run(() => tenants.create(tenant, key, receipt)),
    findTenant: reading((id) => tenants.find(id)),
    listTenants: reading((request) => tenants.list(request)),
    updateTenant: (change) => writer.run(() => tenants.update(change)),
    putKey: (key) => writer.run(() => keys.put(key)),
    createKey: (key, receipt) => writer.run(() => keys.create(key, receipt)),
    findKey: reading((hash) => keys.find(hash)),
    listKeys: reading((request) => keys.list(request)),
    revokeKey: (request) => writer.run(() => keys.revoke(request)),
    noteKeyUse: (use) => writer.run(() => keys.noteUse(use)),
  };
}
