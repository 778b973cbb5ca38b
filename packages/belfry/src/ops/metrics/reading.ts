/** Gauges that are read anew for each scrape. */
export interface Reading {
  /** What is read, for messages: `the counts of the store`. */
  what: string;
  /** Reads, then sets the gauges. */
  read(): Promise<void>;
  /** Takes the gauges back: an old value would pass for a new one. */
  forget(): void;
}

/** Reads all, each by itself: what cannot be read is left out of the scrape, and is told. */
export async function readAll(
  readings: readonly Reading[],
  onFault: (what: string, error: unknown) => void,
): Promise<void> {
  await Promise.all(
    readings.map(async (reading) => {
      try {
        await reading.read();
      } catch (error) {
        reading.forget();
        onFault(`read ${reading.what} for the metrics`, error);
      }
    }),
  );
}
