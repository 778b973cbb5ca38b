import { randomUUID } from "node:crypto";
import type { MoveReport, MoveRequest, MoveWatch } from "../domain/moving.ts";
import { DEFAULT_TUNING } from "../engine/ports.ts";
import { abortMove, moveInstallation } from "../store/move.ts";
import type { Transferable } from "../store/transfer.ts";
import type { Environment } from "./environment.ts";
import { type MovePlace, openSide, readMovePlace, refuseSameFolder } from "./move-place.ts";

/**
 * Moves a whole installation from one store to another, or gives such a move up. See `store/move.ts` for why it
 * can be killed at any moment.
 *
 * @throws SettingError if a store is named wrongly; StoreError naming what is in the way
 */
export async function runMove(env: Environment, request: MoveRequest, watch: MoveWatch): Promise<MoveReport> {
  const { from, to, fromSchema, toSchema, abort = false } = request;
  const source = readMovePlace({ option: "--from", text: from, schema: fromSchema }, env);
  const target = to === undefined ? null : readMovePlace({ option: "--to", text: to, schema: toSchema }, env);
  if (target) refuseSameFolder(source, target);
  const left = await openSide(source, { mustExist: true });
  try {
    return await withTarget(target, { mustExist: abort }, async (arrived) => {
      if (abort || arrived === null) return abortBetween(left, arrived);
      return moveBetween(left, arrived, watch);
    });
  } finally {
    await left.close();
  }
}

async function withTarget<Result>(
  place: MovePlace | null,
  options: { mustExist: boolean },
  work: (to: Transferable | null) => Promise<Result>,
): Promise<Result> {
  const to = place === null ? null : await openSide(place, options);
  try {
    return await work(to);
  } finally {
    await to?.close();
  }
}

async function moveBetween(
  from: Transferable,
  to: Transferable,
  { onProgress, remark, signal }: MoveWatch,
): Promise<MoveReport> {
  const { leaseMs } = DEFAULT_TUNING;
  try {
    const moved = await moveInstallation({ from, to, newId: randomUUID(), leaseMs, onProgress, signal });
    return { from: from.place, to: to.place, moved };
  } catch (error) {
    const mark = await from.readMark().catch(() => null);
    if (mark?.stage === "leaving")
      remark(
        "The move has begun and has not ended: repeat it, or give it up with --abort, to start Belfry again.",
      );
    throw error;
  }
}

async function abortBetween(from: Transferable, to: Transferable | null): Promise<MoveReport> {
  await abortMove(from, to);
  return { from: from.place, to: to?.place ?? null, moved: [] };
}
