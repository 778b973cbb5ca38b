import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { peersFolder } from "./peers-folder.mjs";

/** Loads a package of the peers', which none of the workspace's manifests names. */
export function requirePeer<Module>(name: string): Module {
  return createRequire(join(peersFolder(), "package.json"))(name) as Module;
}

/** The version of one that is installed. */
export function versionOfPeer(name: string): string {
  const manifest = readFileSync(join(peersFolder(), "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
