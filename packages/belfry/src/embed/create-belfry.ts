import { type Client, createClient } from "../client/client.ts";
import { assemble } from "./assembly.ts";
import { createInProcess, type InProcess } from "./in-process.ts";
import { Lifecycle } from "./lifecycle.ts";
import { createApi } from "./listen.ts";
import type { BelfryOptions } from "./options.ts";
import { withOwnKey } from "./own-key.ts";
import { readOptions } from "./read-options.ts";

/** No server is at this address: the calls never leave the process. */
const IN_PROCESS = "http://localhost";

/**
 * Belfry within the host's own process: the whole API as the typed client has it, answered without a
 * port. Requests, answers and refusals (ApiError) are those of the API.
 */
export interface Belfry extends Client {
  /** `reminders.create` by its short name. */
  remind: Client["reminders"]["create"];
  /** `reminders.createBatch` by its short name: look at the `status` of each result. */
  remindAll: Client["reminders"]["createBatch"];
  /** `schedules.preview` by its short name. */
  preview: Client["schedules"]["preview"];
  /**
   * Sends what is due from now on, and listens if that was asked for; keeps the process alive until `stop`.
   * Asking again changes nothing.
   *
   * @throws SettingError, StoreError if it cannot; it is then stopped. BelfryError `stopped`
   */
  start(): Promise<void>;
  /** Ends gracefully: what is being sent may finish, for up to ten seconds; the rest waits on disk. */
  stop(): Promise<void>;
  /** Where the API listens, `http://127.0.0.1:8080`; null while it does not. */
  readonly url: string | null;
  /** The same as `stop`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens a data folder for this process alone. What is accepted is on disk from now on; it is sent
 * after `start`. Signals, environment and umask of the process stay the host's own.
 *
 * @throws InvalidInputError naming each option that is wrong; SettingError if the folder cannot be used;
 *   StoreError, `store_in_use` while another Belfry holds the folder
 */
export async function createBelfry(options: BelfryOptions = {}): Promise<Belfry> {
  const { address, ...plan } = readOptions(options);
  const assembly = await assemble({ ...plan, folderName: "folder" });
  // Limits are for callers over HTTP.
  const key = assembly.access.newKey();
  const store = withOwnKey(assembly.store, key, assembly.clock.now());
  const access = { ...assembly.access, rateLimit: null };
  const inProcess = createInProcess(await createApi({ ...assembly, store, access }));
  const client = clientOf(key, inProcess);
  const life = new Lifecycle({ assembly, inProcess, address });
  return {
    ...client,
    remind: client.reminders.create,
    remindAll: client.reminders.createBatch,
    preview: client.schedules.preview,
    start: () => life.start(),
    stop: () => life.stop(),
    get url() {
      return life.url;
    },
    [Symbol.asyncDispose]: () => life.stop(),
  };
}

function clientOf(key: string, { fetch, closing }: InProcess): Client {
  // No connection can break on the way, so calls need no Idempotency-Key of the client's own.
  const client = createClient({ url: IN_PROCESS, key, fetch, repeatsWhenReset: false });
  const events: Client["events"] = ({ signal, ...options } = {}) =>
    client.events({ ...options, signal: signal ? AbortSignal.any([signal, closing]) : closing });
  return { ...client, events };
}
