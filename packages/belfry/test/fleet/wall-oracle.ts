const forms = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show, as if it were UTC; by Intl alone, so that it owes the engine nothing. */
export function wallOf(instantMs: number, timeZone: string): number {
  let form = forms.get(timeZone);
  if (!form) {
    const parts = { year: "numeric", month: "numeric", day: "numeric" } as const;
    const time = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" } as const;
    form = new Intl.DateTimeFormat("en-US", { ...parts, ...time, timeZone });
    forms.set(timeZone, form);
  }
  const shown = Object.fromEntries(
    form.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The instant at which clocks show a wall time that comes once. */
export function instantOfWall(wall: string, timeZone: string): number {
  const wallMs = Date.parse(`${wall}Z`);
  let instantMs = wallMs;
  for (let round = 0; round < 3; round++) instantMs += wallMs - wallOf(instantMs, timeZone);
  return instantMs;
}
