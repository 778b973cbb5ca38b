import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PAGES } from "../../../../tools/reference/pages.ts";
import { PROBLEM_CODES } from "../../../../tools/reference/problem-codes.ts";
import { ROOT, readSources, SOURCE } from "./source-files.ts";

/** Faults at the start, in a move, and within, which no caller of the API meets. */
const AT_START =
  /^(store_(newer|foreign|absent|denied|outdated|same|not_empty|not_moving)|move_|invalid_setting|out_of_resources)/;
/** What is no part of the server, or puts it together only. */
const ELSEWHERE = /test|contract\/|^(client|embed|simulate)\//;

describe("docs/reference", () => {
  test.each(PAGES)("$path is what the code says; renew it with `npm run reference`", async (page) => {
    expect(await readFile(page.url, "utf8")).toBe(await page.render());
  });

  test("the table of contents links every guide, every page of the reference and every example", () => {
    for (const [folder, contents, pages] of [
      ["docs", "docs/README.md", /^(guides|reference)\//],
      ["examples", "examples/README.md", /\.(sh|ts)$/],
    ] as const) {
      const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
      const text = readFileSync(join(ROOT, contents), "utf8");
      const missing = paths.filter((path) => pages.test(path) && !text.includes(`](${path})`));
      expect(missing).toEqual([]);
    }
  });

  test("api.md lists every code of the source, and no other", () => {
    const files = readSources(SOURCE).filter(({ path }) => !ELSEWHERE.test(path));
    const codes = files.flatMap(({ text }) => codesIn(text)).filter((code) => !AT_START.test(code));
    expect(PROBLEM_CODES.map(({ code }) => code).sort()).toEqual([...new Set(codes)].sort());
  });
});

/** `code: "x"`, `code = "x"`, and the first argument of an error that takes its code first. */
function codesIn(text: string): string[] {
  const named = /\bcode(?:: | = |\?\? )"([a-z_]+)"/g;
  const first = /(?:\b(?:Conflict|Schedule|Store)Error|super)\(\s*"([a-z_]+)"/g;
  return [...text.matchAll(named), ...text.matchAll(first)].map((match) => match[1] ?? "");
}
