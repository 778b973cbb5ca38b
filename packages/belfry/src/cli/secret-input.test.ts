import { PassThrough, Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createContext, type TextInput } from "./context.ts";
import { readSecret } from "./secret-input.ts";
import { NOWHERE } from "./test/run.ts";

/** What a terminal is to Node: a stream that can stop showing what is typed. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  isRaw = false;
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
}

function ask(stdin: TextInput | undefined, isPiped = false): { answer: Promise<string>; shown: string[] } {
  const shown: string[] = [];
  const stream = { write: (text: string) => shown.push(text) };
  const context = createContext({ ...NOWHERE, stdout: stream, stderr: stream, ...(stdin && { stdin }) });
  return { answer: readSecret({ question: "Key: ", isPiped }, context), shown };
}

describe("readSecret()", () => {
  test("readSecret() asks and shows nothing of what is typed when it reads from a terminal", async () => {
    const terminal = new Terminal();
    const { answer, shown } = ask(terminal);
    expect(terminal.isRaw).toBe(true);
    terminal.write("secrex\u007ft \r");
    expect(await answer).toBe("secret");
    expect(terminal.isRaw).toBe(false);
    expect(shown.join("")).toBe("Key: \n");
  });

  test("readSecret() throws when a person breaks off", async () => {
    const terminal = new Terminal();
    const { answer } = ask(terminal);
    terminal.write("sec\u0003");
    await expect(answer).rejects.toThrow("it was broken off; nothing has changed");
    expect(terminal.isRaw).toBe(false);
  });

  test("readSecret() gives nothing when the terminal is closed", async () => {
    const terminal = new Terminal();
    const { answer } = ask(terminal);
    terminal.end();
    expect(await answer).toBe("");
  });

  test("readSecret() reads all there is and asks nothing when it is piped", async () => {
    const { answer, shown } = ask(Readable.from(["sec", "ret\n"]));
    expect(await answer).toBe("secret");
    expect(shown).toEqual([]);
  });

  test("readSecret() reads all there is when it is told that the terminal is a pipe", async () => {
    const terminal = new Terminal();
    const { answer, shown } = ask(terminal, true);
    terminal.end("secret\n");
    expect(await answer).toBe("secret");
    expect(shown).toEqual([]);
  });

  test("readSecret() gives nothing when there is no standard input", async () => {
    expect(await ask(undefined).answer).toBe("");
  });
});
