/** That of the server's programs: nothing of ours that would change what they do, as PGDATA or PGPORT would. */
export function serverEnvironment(): Record<string, string | undefined> {
  const { PATH, TZ, LD_LIBRARY_PATH } = process.env;
  return { PATH, LC_ALL: "C", ...(TZ && { TZ }), ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }) };
}
