/** The secrets that an installation keeps itself; null where it keeps none, since its settings give it one. */
export interface KeptSecrets {
  /** What signs webhooks, as it is written: one or more, separated by white space. */
  webhook: string | null;
  /** What signs the links in messages. */
  link: string | null;
  /** The admin key, where it is known. */
  adminKey: string | null;
  /** Its hash, which is all that a database of PostgreSQL knows of it. */
  adminKeyHash: string | null;
}
