// `belfry start`, but for three lives that no setting makes so short: a day's worth of purging in some minutes.
import { listen } from "../../packages/belfry/src/embed/listen.ts";
import { openInstallation } from "../../packages/belfry/src/roles/installation.ts";

const lifeMs = Number(process.env.SOAK_LIFE_MS);
const installation = await openInstallation({
  env: process.env,
  hasMetrics: true,
  waitsMs: 0,
  tuning: () => ({ retentionMs: lifeMs, eventLifeMs: lifeMs, receiptLifeMs: lifeMs }),
});
const { host, port } = installation.settings;
installation.telling.metrics?.watchProcess();
const server = await listen(installation, {
  host,
  port,
  names: { host: "BELFRY_HOST", port: "BELFRY_PORT" },
});
await installation.engine.start();

process.once("SIGTERM", async () => {
  await Promise.all([server.close(), installation.engine.stop()]);
  await installation.close();
});
