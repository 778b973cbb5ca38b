import type { Recipient } from "../../domain/recipient.ts";
import type { UserResource } from "../schemas/user.ts";

/** A recipient as `/user` shows it. */
export function userResource({ id, firstName, lastName, dates, timeZone }: Recipient): UserResource {
  return { id, firstName, lastName, birthday: dates.birthday ?? null, timeZone };
}
