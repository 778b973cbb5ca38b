import type { ApiRig, Got } from "../app-fixture.ts";

/** Rings at 05:00Z, 11:00Z, 17:00Z and 23:00Z; none of it is near when it is accepted. */
export const REMINDER = {
  schedule: { cron: "0 5-23/6 * * *", timeZone: "UTC" },
  to: { channel: "webhook", address: "https://example.com/hook" },
  message: "Ring",
};
/** Rings within the near window, so that a delivery waits from the start. */
export const NEAR = { ...REMINDER, schedule: { every: "PT5M" } };

/** Accepts a reminder; gives its path. */
export async function remind(rig: Pick<ApiRig, "send">, body: object = REMINDER): Promise<string> {
  const created = await rig.send({ method: "POST", path: "/v1/reminders", body });
  if (created.status !== 201) throw new Error(`Cannot accept the reminder: ${JSON.stringify(created.body)}`);
  return `/v1/reminders/${created.body.id}`;
}

/** What a body that is sent with a wrong part comes back with: the one error at a path. */
export function errorAt(got: Got, path: string): unknown {
  const errors = (got.body.errors ?? []) as { path: string }[];
  return errors.find((error) => error.path === path);
}
