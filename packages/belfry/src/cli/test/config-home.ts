import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A home of its own for the config file of a test. */
export class ConfigHome implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<ConfigHome> {
    return new ConfigHome(await mkdtemp(join(tmpdir(), "belfry-home-")));
  }

  get env(): { HOME: string } {
    return { HOME: this.folder };
  }

  get path(): string {
    return join(this.folder, ".config", "belfry", "config.json");
  }

  async write(document: unknown): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    await writeFile(this.path, JSON.stringify(document), { mode: 0o600 });
  }

  async read(): Promise<unknown> {
    return JSON.parse(await readFile(this.path, "utf8"));
  }

  /** The modes of the file and of its folder, in octal. */
  async modes(): Promise<string[]> {
    const entries = await Promise.all([stat(this.path), stat(dirname(this.path))]);
    return entries.map(({ mode }) => (mode & 0o777).toString(8));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
