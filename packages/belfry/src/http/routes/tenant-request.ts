import type { TenantPatch, TenantRequest } from "../../access/tenants.ts";
import { InvalidInputError } from "../../domain/errors.ts";
import { resolveTimeZone, ScheduleError } from "../../time/schedule.ts";
import { invalidInput, parseInput } from "../input.ts";
import { tenantPatchSchema, tenantRequestSchema } from "../schemas/tenant.ts";
import { requireStorable } from "../storable-json.ts";

const WHAT = "the tenant";

/**
 * Reads what a tenant is to be.
 *
 * @throws InvalidInputError also `unknown_time_zone`
 */
export function readTenantRequest(input: unknown): TenantRequest {
  const { id, name, timeZone } = parseInput(tenantRequestSchema, input, WHAT);
  requireStorable(input, WHAT);
  return { ...(id === undefined ? {} : { id }), name, timeZone: readTimeZone(timeZone ?? "UTC") };
}

/**
 * Reads what a tenant is to become.
 *
 * @throws InvalidInputError also if nothing is to change, and `unknown_time_zone`
 */
export function readTenantPatch(input: unknown): TenantPatch {
  const { name, timeZone } = parseInput(tenantPatchSchema, input, WHAT);
  requireStorable(input, WHAT);
  if (name === undefined && timeZone === undefined) {
    const allowed = "at least one of name, timeZone";
    throw invalidInput(WHAT, [{ path: [], value: input, message: "changes nothing", allowed }]);
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(timeZone === undefined ? {} : { timeZone: readTimeZone(timeZone) }),
  };
}

function readTimeZone(name: string): string {
  try {
    return resolveTimeZone(name);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw new InvalidInputError(error.message, error.issues, error.code);
  }
}
