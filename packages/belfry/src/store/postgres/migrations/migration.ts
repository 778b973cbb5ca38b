/** One step of the schema. Never edited once it has landed. */
export interface Migration {
  /** The same number stands for the same step on every SQL store. */
  number: number;
  name: string;
  /**
   * The oldest program that still works on the schema after this step, by the number of the newest
   * migration that it knows: while a rollout goes on, old and new programs share the database.
   */
  worksWith: number;
  sql: string;
}
