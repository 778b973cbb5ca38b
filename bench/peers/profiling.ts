/** `PEERS_PROFILE=<folder>`: Belfry's processes write their CPU profiles there; it slows them, so nothing is judged. */
export function profileArguments(): string[] {
  const folder = process.env.PEERS_PROFILE;
  return folder ? ["--cpu-prof", `--cpu-prof-dir=${folder}`] : [];
}

/** A profile is only written by a process that ends by itself. */
export function endingSignal(): NodeJS.Signals {
  return process.env.PEERS_PROFILE ? "SIGTERM" : "SIGKILL";
}
