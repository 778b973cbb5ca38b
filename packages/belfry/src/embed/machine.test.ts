import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { endedOn, readMachine } from "./machine.ts";

test("endedOn() tells of a process of the same machine alone, and only once it has ended", async () => {
  const hasEnded = endedOn("here");
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1_000)"], { stdio: "ignore" });
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  expect(hasEnded({ machine: "here", pid })).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(hasEnded({ machine: "here", pid })).toBe(true);
  expect(hasEnded({ machine: "elsewhere", pid })).toBe(false);
  expect(hasEnded({ machine: null, pid })).toBe(false);
  expect(endedOn(null)({ machine: null, pid })).toBe(false);
});

test.runIf(process.platform === "linux")(
  "readMachine() is the same for every process of a container",
  async () => {
    const machine = readMachine();
    expect(machine).toMatch(/^[0-9a-f-]{36} pid:\[\d+\]$/);
    const script = `import(${JSON.stringify(new URL("./machine.ts", import.meta.url).href)}).then((m) => process.stdout.write(m.readMachine()))`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    let told = "";
    for await (const chunk of child.stdout) told += chunk;
    expect(told).toBe(machine);
  },
);
