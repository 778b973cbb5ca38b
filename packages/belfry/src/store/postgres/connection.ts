import pg from "pg";

type Told = (error: Error | null, client: pg.Client) => void;

/**
 * The driver's connection, but one that cannot be made leaves nothing open: the driver leaves it to the server
 * to end it, which may take a minute, and keeps the process alive so long. And one that breaks while it is
 * used, or has just been made, does not end the process: what was asked of it tells.
 */
export class Connection extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on("error", () => {});
  }

  override connect(): Promise<pg.Client>;
  override connect(told: Told): void;
  override connect(told?: Told): Promise<pg.Client> | undefined {
    const made = super.connect();
    made.catch(() => this.end().catch(() => {}));
    if (!told) return made;
    made.then(
      () => told(null, this),
      (error: Error) => told(error, this),
    );
    return undefined;
  }
}
