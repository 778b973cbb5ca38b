import { emailAddress } from "./email-address.ts";
import { phoneNumber } from "./phone-number.ts";
import { entriesOf, hasControls, type Reading, read, readAll, refused, type TextForm } from "./reading.ts";
import { telegramChat } from "./telegram-chat.ts";
import { urlAddress } from "./url-address.ts";

export const MOST_ADDRESSES = 16;
export const LONGEST_ADDRESS = 2048;

/** The name of a channel, whether there is one of it or not: one may be added later. */
export const CHANNEL_NAME = /^[a-z][a-z0-9._-]{0,63}$/;
export const CHANNEL_ALLOWED =
  "the name of a channel: 1 to 64 lower-case letters, digits, dots, hyphens and underscores, beginning with a letter";
export const ADDRESSES_ALLOWED = `a JSON object of at most ${MOST_ADDRESSES} addresses by the names of their channels, such as {"email":"ada@example.com"}`;

/** What a channel of this installation says to an address; null: there is no channel of this name. */
export type ChannelCheck = (
  channel: string,
  address: string,
) => { ok: true } | { ok: false; message: string; allowed: string } | null;

/** The forms of addresses that are known, whether the installation has such a channel or not. */
const FORMS: ReadonlyMap<string, TextForm> = new Map([
  ["sms", phoneNumber],
  ["whatsapp", phoneNumber],
  ["email", emailAddress],
  ["telegram", telegramChat],
  ["webhook", urlAddress("https:", "http:")],
  ["slack", urlAddress("https:")],
]);

/** One address for each channel. */
export function readAddresses(value: unknown, check: ChannelCheck): Reading<Record<string, string>> {
  const path = ["addresses"];
  if (value === undefined || value === null) return read({});
  const entries = entriesOf(value);
  if (!entries) return refused(path, value, { message: "is not a JSON object", allowed: ADDRESSES_ALLOWED });
  if (entries.length > MOST_ADDRESSES)
    return refused(path, value, { message: `has ${entries.length} addresses`, allowed: ADDRESSES_ALLOWED });
  const all = readAll(entries.map(([channel, address]) => readAddress(channel, address, check)));
  return all.ok ? read(Object.fromEntries(all.value)) : all;
}

function readAddress(channel: string, address: unknown, check: ChannelCheck): Reading<[string, string]> {
  const path = ["addresses", channel];
  if (!CHANNEL_NAME.test(channel))
    return refused(path, channel, {
      message: "is not under the name of a channel",
      allowed: CHANNEL_ALLOWED,
    });
  const fault = textFault(address);
  const allowed = `an address of the channel ${channel}, of 1 to ${LONGEST_ADDRESS} characters in one line`;
  if (fault !== null) return refused(path, address, { message: fault, allowed });
  const form = FORMS.get(channel)?.(String(address)) ?? { ok: true as const, value: String(address) };
  if (!form.ok) return refused(path, address, form);
  const said = check(channel, form.value);
  return said === null || said.ok ? read([channel, form.value]) : refused(path, address, said);
}

function textFault(address: unknown): string | null {
  if (typeof address !== "string") return "is not a text";
  if (address.trim() === "") return "is empty";
  if (address.length > LONGEST_ADDRESS) return "is too long";
  return hasControls(address) ? "holds a control character" : null;
}
