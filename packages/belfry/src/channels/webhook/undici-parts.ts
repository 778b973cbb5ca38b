import type { Agent as AgentClass, buildConnector as BuildConnector } from "undici";
import buildUndiciConnector from "undici/lib/core/connect.js";
import UndiciAgent from "undici/lib/dispatcher/agent.js";

/** An agent without the methods that undici's entrance adds to it. */
export type SendingAgent = Pick<AgentClass, "dispatch" | "destroy">;

/**
 * What is used of undici, by its own files: its entrance also loads fetch, WebSocket, caches and mocks, 3 MB in every
 * worker. The version is exact, so an update that moves them fails in the tests of this folder.
 */
export const Agent: new (options: AgentClass.Options) => SendingAgent = UndiciAgent;
export const buildConnector: typeof BuildConnector = buildUndiciConnector;
