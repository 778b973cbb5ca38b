import { z } from "@hono/zod-openapi";
import type { InputIssue } from "../../domain/errors.ts";
import { isAttributeName } from "../../domain/recipient-request/attributes.ts";
import { isTag } from "../../domain/recipient-request/tags.ts";
import type { RecipientFilter } from "../../store/store.ts";
import { invalidInput } from "../input.ts";
import { field } from "../schemas/field.ts";

const TAG_LIST = "tags, separated by commas";
const ATTRIBUTE_LIST =
  'attributes as name=value, separated by commas; a value that is a number, true, false or a text in "quotes" is read as JSON, any other as a text';
const MOST = 20;

/** By which a list of recipients is narrowed. */
export const recipientFilterQuery = {
  tag: field(
    z.string().min(1).max(2048).openapi({ example: "vip,early" }),
    TAG_LIST,
    "which have every one of these",
  ).optional(),
  attribute: field(
    z.string().min(1).max(2048).openapi({ example: "plan=gold,seats=3" }),
    ATTRIBUTE_LIST,
    "which have every one of these",
  ).optional(),
  search: field(
    z.string().min(1).max(200).openapi({ example: "ada" }),
    "1 to 200 characters",
    "which have it in a name, in the externalId or in an address, in any case",
  ).optional(),
};

interface FilterQuery {
  tag?: string | undefined;
  attribute?: string | undefined;
  search?: string | undefined;
}

/** @throws InvalidInputError */
export function readRecipientFilter({ tag, attribute, search }: FilterQuery): RecipientFilter {
  const issues: InputIssue[] = [];
  const tags = tag === undefined ? undefined : readTagList(tag, issues);
  const attributes = attribute === undefined ? undefined : readAttributeList(attribute, issues);
  if (issues.length > 0) throw invalidInput("the query", issues);
  return {
    ...(tags && { tags }),
    ...(attributes && { attributes }),
    ...(search !== undefined && { search }),
  };
}

function readTagList(list: string, issues: InputIssue[]): string[] {
  const tags = list.split(",");
  const message = "is not a list of tags";
  if (!tags.every(isTag)) issues.push({ path: ["tag"], value: list, message, allowed: TAG_LIST });
  return tags;
}

/** One attribute and what ends it. */
const PAIR = /([^=,]+)=("(?:[^"\\]|\\.)*"|[^",][^,]*|)(,|$)/y;

type Scalar = string | number | boolean;

function readAttributeList(list: string, issues: InputIssue[]): Record<string, Scalar> {
  const pairs: [string, Scalar][] = [];
  for (let at = 0; at < list.length; at = PAIR.lastIndex) {
    PAIR.lastIndex = at;
    const [, name = "", value = "", end] = PAIR.exec(list) ?? [];
    const isLast = end === "" || pairs.length === MOST;
    if (end === undefined || !isAttributeName(name) || (isLast && end !== "")) {
      const message = "is not a list of attributes";
      issues.push({ path: ["attribute"], value: list, message, allowed: ATTRIBUTE_LIST });
      break;
    }
    pairs.push([name, scalarOf(value)]);
    if (isLast) break;
  }
  return Object.fromEntries(pairs);
}

function scalarOf(text: string): Scalar {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  } catch {
    // Then it is a text as it stands.
  }
  return text;
}
