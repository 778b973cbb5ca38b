import { scalarOf } from "../named-values.ts";

/** Where a column's values go: a field, or one of many in a field. */
export interface Column {
  field: string;
  /** `sms` of `addresses`. */
  part?: string;
}

const FIELDS = [
  "externalId",
  "firstName",
  "lastName",
  "fullName",
  "timeZone",
  "locale",
  "tags",
  "channels",
  "quietHours",
];
/** What has many parts, with the names by which the best known of them may stand alone. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  addresses: ["email", "sms", "whatsapp", "telegram", "webhook", "slack"],
  dates: ["birthday", "anniversary"],
};
/** What other programs call the same. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  id: "externalId",
  givenname: "firstName",
  familyname: "lastName",
  surname: "lastName",
  name: "fullName",
  displayname: "fullName",
  emailaddress: "email",
  mail: "email",
  phone: "sms",
  phonenumber: "sms",
  mobile: "sms",
  zone: "timeZone",
  tz: "timeZone",
  language: "locale",
  lang: "locale",
  dateofbirth: "birthday",
  birthdate: "birthday",
  dob: "birthday",
};
const PART = /^(addresses|dates|attributes)\.(.+)$/;

/** What a column may be called, for those who name another. */
export const COLUMNS_ALLOWED = `${[...FIELDS, ...Object.values(SHORT).flat()].join(", ")}, addresses.<channel>, dates.<name>, attributes.<name>`;

/** The column of a name, in any case and with or without spaces; null if there is none. */
export function columnOf(name: string): Column | null {
  const [, field, part] = PART.exec(name.trim()) ?? [];
  if (field !== undefined && part !== undefined) return { field, part: part.trim() };
  const plain = plainName(name);
  const known = [...FIELDS, ...Object.values(SHORT).flat()].find((one) => plainName(one) === plain);
  const proper = known ?? OTHER_NAMES[plain];
  if (proper === undefined) return null;
  const whole = Object.entries(SHORT).find(([, parts]) => parts.includes(proper));
  return whole ? { field: whole[0], part: proper } : { field: proper };
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}

/** What a cell says. */
export function cellValue({ field }: Column, cell: string): unknown {
  if (field === "tags" || field === "channels")
    return cell
      .split(/[,;|]/)
      .map((part) => part.trim())
      .filter((part) => part !== "");
  if (field === "attributes") return scalarOf(cell);
  return field === "quietHours" ? quietHoursOf(cell) : cell;
}

/** What is no pair of times goes as it is: the server says what is wrong with it. */
function quietHoursOf(cell: string): unknown {
  const [from, to, ...more] = cell.split("-").map((part) => part.trim());
  return to === undefined || more.length > 0
    ? cell
    : { from: from?.padStart(5, "0"), to: to.padStart(5, "0") };
}
