import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inspectDataFolder, spaceFinding } from "./data-folder.ts";

const MIB = 1024 ** 2;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "belfry-folder-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("inspectDataFolder()", () => {
  test("inspectDataFolder() finds nothing wrong when folder and files are private", async () => {
    await writeFile(join(folder, "admin.key"), "", { mode: 0o600 });
    const findings = await inspectDataFolder(folder);
    expect(findings.map(({ check }) => check)).toEqual(["data", "privacy", "disk"]);
    expect(findings.slice(0, 2).map(({ status }) => status)).toEqual(["ok", "ok"]);
  });

  test("inspectDataFolder() names each that is open to others, and how to close it", async () => {
    await writeFile(join(folder, "admin.key"), "");
    await chmod(join(folder, "admin.key"), 0o644);
    await chmod(folder, 0o750);
    const open = (await inspectDataFolder(folder)).filter(({ check }) => check === "privacy");
    expect(open).toEqual([
      {
        check: "privacy",
        status: "warn",
        text: `${folder} is open to other users of this machine (mode 750)`,
        mend: `chmod go= ${folder}`,
      },
      {
        check: "privacy",
        status: "warn",
        text: `${folder}/admin.key is open to other users of this machine (mode 644)`,
        mend: `chmod go= ${folder}/admin.key`,
      },
    ]);
  });

  test("inspectDataFolder() takes a folder that is not there for one to come", async () => {
    const [finding, ...others] = await inspectDataFolder(join(folder, "data"));
    expect(finding).toMatchObject({
      status: "ok",
      text: expect.stringContaining("the first start makes it"),
    });
    expect(others).toEqual([]);
  });

  test("inspectDataFolder() fails when it is a file", async () => {
    await writeFile(join(folder, "data"), "");
    expect(await inspectDataFolder(join(folder, "data"))).toMatchObject([{ status: "fail" }]);
  });

  test("inspectDataFolder() fails when it cannot be written", async (context) => {
    if (process.getuid?.() === 0) return context.skip("root may write everywhere");
    await mkdir(join(folder, "data"), { mode: 0o500 });
    const [finding] = await inspectDataFolder(join(folder, "data"));
    expect(finding).toMatchObject({
      status: "fail",
      text: expect.stringContaining("cannot be read and written"),
    });
  });
});

test.each([
  [1024 * MIB, "ok", "1.0 GiB free"],
  [1024 * MIB - 1, "warn", "1023 MiB free"],
  [100 * MIB, "warn", "100 MiB free"],
  [100 * MIB - 1, "fail", "99 MiB free"],
  [0, "fail", "0 MiB free"],
])("spaceFinding() judges %i free bytes as %s", (freeBytes, status, text) => {
  expect(spaceFinding("/data", freeBytes)).toMatchObject({ status, text: `${text} on the disk of /data` });
});
