import { z } from "@hono/zod-openapi";
import { InvalidInputError } from "../../domain/errors.ts";
import type { Recipient } from "../../domain/recipient.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { parseInput } from "../input.ts";
import { type Operation, pathParameter } from "../operation.ts";
import { answerOnce, repeatable, withLocation } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import { textOf } from "../schemas/field.ts";
import { BIRTHDAY_ALLOWED, type UserResource, userRequestSchema, userSchema } from "../schemas/user.ts";
import { requireStorable } from "../storable-json.ts";
import { userResource } from "../views/user-view.ts";
import { noRecipient } from "./recipients.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "recipients";
const path = "/user";
const onePath = `${path}/{id}`;
const params = z.object({ id: textOf("the id of a user", "rcp_01k9yz3t5v8m6n4q2r7s1w0xab") });

/** Recipients as a birthday service knows them: a name, a birthday and a zone. */
export function userRoutes(deps: RouteDeps): Operation[] {
  return [createUser(deps), getUser(deps), replaceUser(deps), deleteUser(deps)];
}

function createUser({ engine, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "createUser",
    summary: "Add a recipient by name, birthday and zone",
    tag,
    scope: "write",
    body: userRequestSchema,
    repeat: "recorded",
    answers: { 201: { description: "added", schema: userSchema, headers: ["location"] } },
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      const answer = await doOnce(repeatable(context, path, bytes), (receiptOf) => {
        const input = readUser(json);
        return answerOnce<Recipient>({
          receiptOf,
          write: (keep) => inTermsOfUsers(engine.createRecipient(context.get("tenant"), input, keep)),
          show: (recipient) => jsonAnswer(201, userResource(recipient)),
        });
      });
      return withLocation<UserResource>(answer, ({ id }) => `${path}/${id}`);
    },
  };
}

function getUser({ engine }: RouteDeps): Operation {
  return {
    method: "get",
    path: onePath,
    operationId: "getUser",
    summary: "Read a recipient's name, birthday and zone",
    tag,
    scope: "read",
    params,
    answers: { 200: { description: "the user", schema: userSchema } },
    handle: async (context) => {
      const id = pathParameter(context, "id");
      const recipient = await engine.findRecipient(context.get("tenant").id, id);
      if (!recipient) throw noRecipient("read", id);
      return jsonAnswer(200, userResource(recipient));
    },
  };
}

function replaceUser({ engine }: RouteDeps): Operation {
  return {
    method: "put",
    path: onePath,
    operationId: "replaceUser",
    summary: "Replace a recipient's name, birthday and zone; all else stays",
    tag,
    scope: "write",
    params,
    body: userRequestSchema,
    answers: { 200: { description: "the user as it is now", schema: userSchema } },
    problems: ["recipient_changed"],
    handle: async (context) => {
      const { json } = await readBody(context, MAX_BODY_BYTES);
      const patch = readUser(json);
      const id = pathParameter(context, "id");
      const changed = await inTermsOfUsers(engine.patchRecipient(context.get("tenant"), id, patch));
      if (!changed || "kind" in changed) throw noRecipient("replace", id);
      return jsonAnswer(200, userResource(changed));
    },
  };
}

function deleteUser({ engine }: RouteDeps): Operation {
  return {
    method: "delete",
    path: onePath,
    operationId: "deleteUser",
    summary: "Delete a recipient and what waits for them",
    tag,
    scope: "write",
    params,
    answers: { 204: { description: "deleted" } },
    handle: async (context) => {
      const id = pathParameter(context, "id");
      if (!(await engine.deleteRecipient(context.get("tenant"), id))) throw noRecipient("delete", id);
      return { status: 204, body: "" };
    },
  };
}

/** The recipient that a user is. */
function readUser(json: unknown): object {
  const { birthday, ...others } = parseInput(userRequestSchema, json, "the user");
  requireStorable(json, "the user");
  return { ...others, dates: { birthday } };
}

/** Says what is wrong by the names that the caller used. */
async function inTermsOfUsers<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const issues = error.issues.map((issue) => {
      const [first, second] = issue.path;
      const isBirthday = first === "dates" && second === "birthday";
      return isBirthday ? { ...issue, path: ["birthday"], allowed: BIRTHDAY_ALLOWED } : issue;
    });
    throw new InvalidInputError(error.message, issues, error.code);
  }
}
