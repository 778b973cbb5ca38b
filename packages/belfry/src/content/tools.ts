import { type CheckContent, createContentCheck } from "./check.ts";
import { createRenderer, type RenderContent } from "./render.ts";

/** Checking templates as they come in, and filling them in as they go out. */
export interface ContentTools {
  check: CheckContent;
  render: RenderContent;
}

/** @param hasLinks whether this installation has links that a message may hold */
export function createContentTools({ hasLinks }: { hasLinks: boolean }): ContentTools {
  return { check: createContentCheck({ hasLinks }), render: createRenderer() };
}
