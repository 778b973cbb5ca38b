// Loaded into a Belfry under test before Belfry itself: makes it one of a version to come, 99.0.0, which knows
// one more migration than this one, the one in FUTURE_MIGRATION.
import { registerHooks } from "node:module";
import type { Migration } from "../../src/store/postgres/migrations/migration.ts";

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith("/src/config/version.ts")) return loaded;
    return { ...loaded, source: String(loaded.source).replace("manifest.version", '"99.0.0"') };
  },
});

const { MIGRATIONS } = await import("../../src/store/postgres/migrate.ts");
(MIGRATIONS as Migration[]).push(JSON.parse(process.env.FUTURE_MIGRATION ?? "") as Migration);
