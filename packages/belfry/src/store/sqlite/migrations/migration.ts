/** One step of the schema; never edited once it has landed. */
export interface Migration {
  number: number;
  name: string;
  sql: string;
}
