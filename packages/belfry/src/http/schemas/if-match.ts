import { z } from "@hono/zod-openapi";
import { field } from "./field.ts";

export const IF_MATCH_ALLOWED = 'entity tags as `ETag` has them, such as "3", separated by commas; or *';

/** The header that makes a change conditional. */
export const ifMatchSchema = field(
  z.string().openapi({ example: '"3"' }),
  IF_MATCH_ALLOWED,
  "changes nothing unless the revision is one of these; `*` and no header at all are no condition",
);
