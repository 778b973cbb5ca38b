import type { Claimed, ClaimRequest } from "../store.ts";
import { CLAIM_DUE, CLAIM_PARKED, CLAIM_UNTOLD, claimParameters, PARKED_LANES } from "./claim-statements.ts";
import { claimedFor, type Leased } from "./claimed-for.ts";
import type { Database, Row } from "./database.ts";
import { integer, text, textOrNull, toDelivery, toReminder, whole } from "./rows.ts";
import { retireStale, type StaleDelivery } from "./stale-deliveries.ts";
import { plainArray } from "./values.ts";
import type { Write } from "./writing.ts";

/** Rows over their lane's limit that one claim may set aside; bounds the time that a claim takes. */
const PARK_LIMIT = 2_000;

/** What one claim has gathered so far. */
interface Harvest {
  claims: Leased[];
  held: Map<string, number>;
  parkedLanes: Set<string>;
  stale: StaleDelivery[];
}

/** Leases what is due to a worker. */
export function createClaim(database: Database, write: Write) {
  const claimDue = createClaimDue(database, write);
  /** By worker, until when it may have leased something without hearing of it, since its claim broke off. */
  const untold = new Map<string, Set<number>>();

  const claimUntold = async ({ worker, leaseExpiresAtMs }: ClaimRequest, harvest: Harvest): Promise<void> => {
    const ends = untold.get(worker);
    if (!ends) return;
    const values = [plainArray([...ends].map(whole)), worker, whole(leaseExpiresAtMs)];
    take(await database.write(CLAIM_UNTOLD, values), harvest, toUntold);
  };

  const claim = async (request: ClaimRequest): Promise<Claimed> => {
    const harvest: Harvest = { claims: [], held: new Map(request.held), parkedLanes: new Set(), stale: [] };
    await claimUntold(request, harvest);
    await claimParked(database, request, harvest);
    const isMore = await claimDue(request, harvest);
    await retireStale(write, harvest.stale, request.nowMs);
    const claims = await claimedFor(database, harvest.claims);
    return { claims, parkedLanes: [...harvest.parkedLanes], isMore };
  };

  return async (request: ClaimRequest): Promise<Claimed> => {
    const { worker, leaseExpiresAtMs } = request;
    try {
      const claimed = await claim(request);
      untold.delete(worker);
      return claimed;
    } catch (error) {
      untold.set(worker, (untold.get(worker) ?? new Set()).add(leaseExpiresAtMs));
      throw error;
    }
  };
}

/** Of the lanes with room; resolves with whether there may be more. */
function createClaimDue(database: Database, write: Write) {
  return async (request: ClaimRequest, harvest: Harvest): Promise<boolean> => {
    // A lease that ended while nobody could renew it says nothing about its holder, who is on its way back.
    const endedByMs = database.outages.isRecent ? 0 : whole(request.nowMs);
    let read = 0;
    let isMore = true;
    while (isMore && harvest.claims.length < request.limit && read < PARK_LIMIT) {
      const page = request.limit - harvest.claims.length;
      read += page;
      const isWithdrawing = harvest.stale.length;
      const parameters = [...claimParameters(request, page, harvest.held), endedByMs];
      isMore = take(await database.write(CLAIM_DUE, parameters), harvest) === page;
      // What is stale would be found again.
      if (harvest.stale.length > isWithdrawing)
        await retireStale(write, harvest.stale.splice(0), request.nowMs);
    }
    return isMore;
  };
}

/** At most half of a claim, so that lanes which are always full leave room for the others. */
async function claimParked(database: Database, request: ClaimRequest, harvest: Harvest): Promise<void> {
  const budget = Math.ceil(request.limit / 2);
  for (const row of await database.run(PARKED_LANES)) {
    const lane = textOrNull(row, "lane");
    if (lane === null) continue;
    const free = request.laneLimit - (harvest.held.get(lane) ?? 0);
    const room = Math.max(0, Math.min(budget - harvest.claims.length, free));
    const before = harvest.claims.length;
    const parameters = [...claimParameters(request, room, harvest.held), lane];
    if (room > 0) take(await database.write(CLAIM_PARKED, parameters), harvest);
    if (harvest.claims.length - before === room) harvest.parkedLanes.add(lane);
  }
}

/** Adds what one statement took; returns how many rows it looked at. */
function take(
  rows: readonly Row[],
  { claims, held, parkedLanes, stale }: Harvest,
  toClaim: (row: Row) => Leased = toLeased,
): number {
  let seen = 0;
  for (const row of rows) {
    const what = text(row, "what");
    if (what === "seen") seen = integer(row, "fence");
    if (what === "parked") parkedLanes.add(text(row, "lane"));
    if (what === "stale") stale.push(toStale(row));
    if (what !== "taken") continue;
    const claim = toClaim(row);
    claims.push(claim);
    held.set(claim.delivery.lane, (held.get(claim.delivery.lane) ?? 0) + 1);
  }
  return seen;
}

function toStale(row: Row): StaleDelivery {
  return {
    tenantId: text(row, "tenant_id"),
    deliveryId: text(row, "id"),
    reminderId: text(row, "reminder_id"),
  };
}

function toLeased(row: Row): Leased {
  return {
    delivery: toDelivery(row),
    fence: integer(row, "fence"),
    reminder: toReminder(row, "r_"),
    inDoubtOf: textOrNull(row, "in_doubt_of"),
  };
}

/** Whose attempt was in doubt when it was claimed is the last thing that its story tells. */
function toUntold(row: Row): Leased {
  const leased = toLeased(row);
  const last = leased.delivery.story.at(-1);
  return { ...leased, inDoubtOf: last?.outcome === "in-doubt" ? last.worker : null };
}
