import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SettingError } from "../domain/errors.ts";
import { readServerList, type ServerList, writeServerList } from "./server-list.ts";

const KEY = `bel_${"k".repeat(40)}`;
const LIST: ServerList = {
  current: "work",
  servers: new Map([["work", { url: "https://belfry.example.com", key: KEY }]]),
};

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "belfry-servers-"));
  path = join(folder, "belfry", "config.json");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function readText(text: string): Promise<unknown> {
  await mkdir(join(folder, "belfry"), { recursive: true });
  await writeFile(path, text, { mode: 0o600 });
  return readServerList(path);
}

describe("writeServerList()", () => {
  test("writeServerList() writes for the owner alone what readServerList() reads when there is no file", async () => {
    await writeServerList(path, LIST);
    expect(await readServerList(path)).toEqual({ list: LIST, warning: null });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "belfry"))).mode & 0o777).toBe(0o700);
  });

  test("writeServerList() replaces the file and closes the folder when it is open to others", async () => {
    await mkdir(join(folder, "belfry"), { mode: 0o755 });
    await writeFile(path, "{}", { mode: 0o644 });
    await writeServerList(path, LIST);
    await writeServerList(path, { current: null, servers: LIST.servers });
    expect((await readServerList(path)).list.current).toBeNull();
    expect(await readdir(join(folder, "belfry"))).toEqual(["config.json"]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "belfry"))).mode & 0o777).toBe(0o700);
  });

  test("writeServerList() replaces what a link points to when the file is a link", async () => {
    await mkdir(join(folder, "belfry"));
    await writeFile(join(folder, "kept.json"), "{}", { mode: 0o600 });
    await symlink(join(folder, "kept.json"), path);
    await writeServerList(path, LIST);
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, "kept.json"), "utf8")).toContain(KEY);
  });

  test("writeServerList() leaves a whole file when many write at once", async () => {
    const lists = Array.from({ length: 20 }, (_, index) => ({
      current: null,
      servers: new Map([[`s${index}`, { url: "https://belfry.example.com", key: KEY }]]),
    }));
    await Promise.all(lists.map((list) => writeServerList(path, list)));
    expect(lists).toContainEqual((await readServerList(path)).list);
  });

  test("writeServerList() says why when the folder cannot be written", async () => {
    await writeFile(join(folder, "belfry"), "");
    const attempt = writeServerList(path, LIST);
    await expect(attempt).rejects.toThrow(SettingError);
    await expect(attempt).rejects.toThrow(/^Cannot write the list of servers: \S+: E/);
  });
});

describe("readServerList()", () => {
  test("readServerList() gives none when there is no file", async () => {
    const none = { list: { current: null, servers: new Map() }, warning: null };
    expect(await readServerList(path)).toEqual(none);
    expect(await readServerList(undefined)).toEqual(none);
    expect(await readText("{}")).toEqual(none);
  });

  test("readServerList() warns when others may read the file", async () => {
    await readText("{}");
    await rm(path);
    await writeFile(path, "{}", { mode: 0o640 });
    expect((await readServerList(path)).warning).toContain(`run \`chmod 600 ${path}\``);
  });

  const server = { url: "https://belfry.example.com", key: KEY };
  test.each([
    ["it is no object", [], "all of it = []: it is no object. Allowed: an object in braces"],
    ["a field is unknown", { server: {} }, "server: there is no such field. Allowed: current, servers"],
    ["the servers are a list", { servers: [server] }, "servers = (hidden): it is no object"],
    [
      "a name is wrong",
      { servers: { "No Name": server } },
      'servers: "No Name" is no name. Allowed: 1 to 63',
    ],
    ["a name is local", { servers: { local: server } }, 'servers: "local" is no name.'],
    [
      "a URL is wrong",
      { servers: { work: { ...server, url: "ftp://x" } } },
      'servers.work.url = "ftp://x": it is neither http nor https. Allowed: an http or https URL',
    ],
    ["a URL is missing", { servers: { work: { key: KEY } } }, "servers.work.url = nothing: it is no text."],
    [
      "a key is too short",
      { servers: { work: { ...server, key: "short-secret" } } },
      "servers.work.key = (hidden, 12 characters): it is too short. Allowed: 32 to 512 printable",
    ],
    [
      "the current one does not exist",
      { current: "home", servers: { work: server } },
      'current = "home": it is none of the servers. Allowed: left out, work',
    ],
  ])(
    "readServerList() names the place, the value and what is allowed when %s",
    async (_name, document, part) => {
      const error: unknown = await readText(JSON.stringify(document)).catch((fault: unknown) => fault);
      expect(error).toBeInstanceOf(SettingError);
      expect(String(error)).toContain(`Cannot use ${path}: `);
      expect(String(error)).toContain(part);
    },
  );

  test.each([
    ["it is no JSON", `{"servers":{"work":{"key":"${KEY}"`],
    [
      "the key stands in another field",
      JSON.stringify({ servers: { work: { url: KEY, kye: KEY, key: "x" } } }),
    ],
    [
      "the URL has a password",
      JSON.stringify({ servers: { work: { url: `https://me:${KEY}@x`, key: KEY } } }),
    ],
    ["the current one is a key", JSON.stringify({ current: KEY })],
  ])("readServerList() shows no key when %s", async (_name, text) => {
    const error: unknown = await readText(text).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(SettingError);
    expect(String(error)).not.toContain("kkk");
  });
});
