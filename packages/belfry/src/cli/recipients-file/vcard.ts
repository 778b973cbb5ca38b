import { parseVCards, type VCard4 } from "vcard4-ts";
import { type Fields, rowFault } from "./recipient-row.ts";
import { vcardDate } from "./vcard-dates.ts";

type Content = { kind: "recipient"; recipient: Fields } | ReturnType<typeof rowFault>;
type Property = NonNullable<VCard4["TEL"]>[number];

/** Numbers that nobody reads messages on. */
const NOT_FOR_MESSAGES: readonly string[] = ["fax", "pager", "modem"];

/** One card as a recipient. Whether what it says is right is the server's to judge. */
export function readVcard(text: string): Content {
  const [card] = parseVCards(text).vCards ?? [];
  if (!card) return rowFault("it is no vCard; allowed: BEGIN:VCARD to END:VCARD");
  const version = card.VERSION.value;
  if (version !== "3.0" && version !== "4.0")
    return rowFault(`it is of the version ${version}; allowed: vCard 3.0 and 4.0`);
  const given = {
    externalId: card.UID?.value.replace(/^urn:uuid:/i, ""),
    ...namesOf(card),
    addresses: filled({ email: emailOf(card), sms: phoneOf(card) }),
    timeZone: card.TZ?.[0].value,
    locale: preferred(card.LANG ?? [])?.value,
    dates: filled({ birthday: dateOf(card.BDAY), anniversary: dateOf(card.ANNIVERSARY) }),
    tags: tagsOf(card),
  };
  const entries = Object.entries(given).filter(([, value]) => value !== undefined && value !== "");
  return { kind: "recipient", recipient: Object.fromEntries(entries) };
}

function namesOf({ N: name, FN: [formatted] }: VCard4): Fields {
  const firstName = name?.value.givenNames.join(" ").trim() || undefined;
  const lastName = name?.value.familyNames.join(" ").trim() || undefined;
  const joined = [firstName, lastName].filter((part) => part !== undefined).join(" ");
  const fullName = formatted.value.trim();
  return { firstName, lastName, fullName: fullName === joined ? undefined : fullName };
}

function emailOf({ EMAIL: emails }: VCard4): string | undefined {
  return preferred(emails ?? [])?.value.replace(/^mailto:/i, "");
}

/** A mobile one first: that is where a text message arrives. */
function phoneOf({ TEL: phones }: VCard4): string | undefined {
  const some = (phones ?? []).filter((phone) => !NOT_FOR_MESSAGES.some((type) => isOf(phone, type)));
  const mobile = some.filter((phone) => isOf(phone, "cell"));
  const chosen = preferred(mobile.length > 0 ? mobile : some);
  return chosen?.value.replace(/^tel:/i, "");
}

/** The one that is preferred (`PREF=1` of 4.0, `TYPE=pref` of 3.0), else the first. */
function preferred(properties: readonly Property[]): Property | undefined {
  const rank = (property: Property): number =>
    property.parameters?.PREF ?? (isOf(property, "pref") ? 1 : 101);
  return [...properties].sort((a, b) => rank(a) - rank(b))[0];
}

/** Types are told one by one, or as a list in quotes. */
function isOf({ parameters }: Property, type: string): boolean {
  return (parameters?.TYPE ?? []).some((given) => given.toLowerCase().split(",").includes(type));
}

function dateOf(date: VCard4["BDAY"] | undefined): string | undefined {
  if (!date) return undefined;
  return vcardDate({ text: date.value, omittedYear: date.parameters?.x?.X_APPLE_OMIT_YEAR?.[0] });
}

/** Those that hold what parts tags elsewhere get a space for it. */
function tagsOf({ CATEGORIES: categories }: VCard4): string[] | undefined {
  const tags = categories?.flatMap(({ value }) => value).map((tag) => tag.replace(/[,;]\s*/g, " ").trim());
  return tags && [...new Set(tags.filter((tag) => tag !== ""))];
}

function filled(values: Record<string, string | undefined>): Fields | undefined {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
