import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a receiver knows of one delivery. */
export interface Arrival {
  /** `webhook-id`. */
  id: string;
  /** The number under which its reminder was accepted. */
  n: number;
  dueMs: number;
  attempts: number;
  /** How often it was answered that it has been taken. */
  taken: number;
}

/** The receiver's process. */
export interface Receiving {
  /** One that takes everything at once; what it takes is measured. */
  fine: string;
  /** Another host, that behaves as its path says. */
  troubled: string;
  /** How late the first attempts to the fine one came since the last call, in ms. */
  lateness(): Promise<number[]>;
  arrivals(): Promise<Arrival[]>;
  stop(): void;
}

export async function startReceiving(): Promise<Receiving> {
  const child = fork(fileURLToPath(new URL("receiver.ts", import.meta.url)));
  const answer = async <Answer>(): Promise<Answer> => {
    const [message] = await once(child, "message");
    return message as Answer;
  };
  const ask = <Answer>(message: string): Promise<Answer> => {
    const answered = answer<Answer>();
    child.send(message);
    return answered;
  };
  const [fine, troubled] = await answer<[number, number]>();
  return {
    fine: `http://127.0.0.1:${fine}/fine`,
    troubled: `http://127.0.0.1:${troubled}`,
    lateness: () => ask("lateness"),
    arrivals: () => ask("arrivals"),
    stop: () => child.disconnect(),
  };
}
