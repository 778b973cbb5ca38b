/** The process's environment, as a role is given it. */
export type Environment = Record<string, string | undefined>;

/** What a role prints for people. */
export interface RoleOutput {
  print(line: string): void;
}
