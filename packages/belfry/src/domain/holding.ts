/** The deliveries in a worker's hands. */
export interface Holding {
  /** For their instant, which is near. */
  waiting: number;
  /** Due, and waiting for a place in their lane. */
  queued: number;
  /** Being sent. */
  running: number;
  /** Sent, and not yet settled. */
  sent: number;
  /** How many it may hold at all. */
  limit: number;
}
