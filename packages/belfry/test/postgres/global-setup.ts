import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import type { TestProject } from "vitest/node";
import { type PostgresServer, startPostgres } from "./start-postgres.ts";

/** What a test file is told when it asks for the shared server. */
export type SharedServerAnswer = { url: string; major: number } | { refusal: string };

declare module "vitest" {
  interface ProvidedContext {
    /** The port of 127.0.0.1 at which a run of the tests tells where its PostgreSQL is. */
    sharedPostgresPort: number;
  }
}

/**
 * One server for all test files of a run. The run's own process starts it when a file first asks for it, so
 * that a run without such files does not wait for it, and it outlives the processes of single files.
 */
export async function setup({ provide }: Pick<TestProject, "provide">): Promise<() => Promise<void>> {
  let server: Promise<PostgresServer> | null = null;
  const desk = createServer(async (socket) => {
    // A test file that has ended meanwhile hears no answer.
    socket.on("error", () => {});
    server ??= startPostgres();
    socket.end(JSON.stringify(await answerOf(server)));
  });
  provide("sharedPostgresPort", await listen(desk));
  return async () => {
    desk.close();
    await (await server?.catch(() => null))?.[Symbol.asyncDispose]();
  };
}

async function answerOf(server: Promise<PostgresServer>): Promise<SharedServerAnswer> {
  try {
    const started = await server;
    return { url: started.url(), major: started.major };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}

async function listen(desk: Server): Promise<number> {
  await once(desk.listen(0, "127.0.0.1"), "listening");
  return (desk.address() as AddressInfo).port;
}
