import manifest from "../../package.json" with { type: "json" };

/** Belfry's own version. */
export const VERSION: string = manifest.version;

/** The oldest Node that runs it: `24.15.0`. */
export const OLDEST_NODE: string = manifest.engines.node.replace(">=", "");
