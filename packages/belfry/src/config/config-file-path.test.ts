import { describe, expect, test } from "vitest";
import { configFilePath } from "./config-file-path.ts";

describe("configFilePath()", () => {
  test.each([
    ["only HOME is set", { HOME: "/home/ada" }, "/home/ada/.config/belfry/config.json"],
    [
      "XDG_CONFIG_HOME is set",
      { HOME: "/home/ada", XDG_CONFIG_HOME: "/etc/ada" },
      "/etc/ada/belfry/config.json",
    ],
    [
      "XDG_CONFIG_HOME is relative, which counts as not set",
      { HOME: "/home/ada", XDG_CONFIG_HOME: "ada" },
      "/home/ada/.config/belfry/config.json",
    ],
    ["nothing is set", {}, undefined],
  ])("configFilePath() names the file when %s", (_name, env, path) => {
    expect(configFilePath(env, "linux")).toBe(path);
  });

  test("configFilePath() takes APPDATA and not HOME when it is on Windows", () => {
    const env = { HOME: "/home/ada", APPDATA: "/c/Users/Ada/AppData/Roaming" };
    expect(configFilePath(env, "win32")).toBe("/c/Users/Ada/AppData/Roaming/belfry/config.json");
    expect(configFilePath({ HOME: "/home/ada" }, "win32")).toBeUndefined();
  });
});
