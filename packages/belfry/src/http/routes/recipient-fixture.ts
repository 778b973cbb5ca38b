import type { ApiRig, Got } from "../app-fixture.ts";

/** A recipient with something in every field. */
export const ADA = {
  externalId: "user-1",
  firstName: "Ada",
  lastName: "Lovelace",
  addresses: { webhook: "https://one.test/", email: "ada@example.com", sms: "+1 (415) 555-2671" },
  channels: ["webhook", "email"],
  timeZone: "US/Eastern",
  locale: "en-gb",
  dates: { birthday: "1992-02-29", anniversary: "--06-01" },
  quietHours: { from: "22:00", to: "07:00", days: [1, 7] },
  tags: ["vip", "early bird"],
  attributes: { plan: "gold", seats: 3, nested: { a: [1, null] } },
};

/** Adds a recipient; gives it as the API shows it. */
export async function addRecipient(rig: Pick<ApiRig, "send">, body: object = ADA): Promise<Got["body"]> {
  const created = await rig.send({ method: "POST", path: "/v1/recipients", body });
  if (created.status !== 201) throw new Error(`Cannot add the recipient: ${JSON.stringify(created.body)}`);
  return created.body;
}
