import { Liquid, type Template } from "liquidjs";
import { storableText } from "../domain/storable-text.ts";

/** So much a template may take: it is written by whoever may send, and runs in the worker's own process. */
const LIMITS = {
  /** Characters that are parsed. */
  parseLimit: 200_000,
  /** Milliseconds that one rendering may take. */
  renderLimit: 50,
  /** Characters and items that one rendering may make. */
  memoryLimit: 1_000_000,
};

/** These read other templates, and there are none. */
const TAGS_OF_FILES = ["include", "render", "layout", "block"];

/** How much is kept ready: templates repeat for every recipient of a campaign. */
const KEPT = 1_000;

/** A text with places to fill in, parsed once. */
export interface Templates {
  /** @throws whatever liquidjs makes of a broken template, with `token` where it knows the place */
  parse(source: string): Template[];
  /** The names that a template takes from outside, with where each stands. */
  globals(source: string): GlobalVariable[];
  /** @throws whatever liquidjs makes of a template that cannot be rendered */
  render(source: string, values: object): string;
}

/** A variable as it stands in a template: `recipient.firstName`. */
export interface GlobalVariable {
  /** Its parts; one that is computed is not a text. */
  path: readonly unknown[];
  line: number;
  column: number;
}

/** @param escaping `html`: values are made safe to stand in HTML; `none`: they stand as they are */
export function createTemplates(escaping: "html" | "none"): Templates {
  const liquid = new Liquid({
    ...LIMITS,
    strictFilters: true,
    ownPropertyOnly: true,
    ...(escaping === "html" ? { outputEscape: "escape" as const } : {}),
  });
  for (const tag of TAGS_OF_FILES) delete liquid.tags[tag];
  const parsed = new Map<string, Template[]>();
  const parse = (source: string): Template[] => {
    const known = parsed.get(source);
    if (known) return known;
    const templates = liquid.parse(source);
    if (parsed.size >= KEPT) parsed.clear();
    parsed.set(source, templates);
    return templates;
  };
  return {
    parse,
    globals: (source) =>
      Object.values(liquid.analyzeSync(parse(source)).globals).flatMap((variables) =>
        variables.map(({ segments, location }) => ({
          path: segments,
          line: location.row,
          column: location.col,
        })),
      ),
    // A filter may cut an emoji in half, or decode a NUL: what is sent is text, as what was given is.
    render: (source, values) => storableText(String(liquid.renderSync(parse(source), values))),
  };
}

/** Whether a text has places to fill in; most have none, and need no parser. */
export function isTemplate(text: string): boolean {
  return text.includes("{") && (text.includes("{{") || text.includes("{%"));
}

/** Whether anything within a JSON value has places to fill in; made without lists, since all that is sent is asked. */
export function holdsTemplate(value: unknown): boolean {
  if (typeof value === "string") return isTemplate(value);
  if (typeof value !== "object" || value === null) return false;
  // An object's or an array's own parts, whatever they are.
  const parts = value as Record<string, unknown>;
  for (const name in parts) if (holdsTemplate(parts[name])) return true;
  return false;
}
