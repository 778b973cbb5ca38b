import manifest from "../../package.json" with { type: "json" };

/** Belfry's own version. */
export const VERSION: string = manifest.version;
