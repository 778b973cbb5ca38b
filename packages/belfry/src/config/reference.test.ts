import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { renderSettingsReference } from "./reference.ts";

const REFERENCE = new URL("../../../../docs/reference/settings.md", import.meta.url);

test("renderSettingsReference() gives docs/reference/settings.md when the table is as documented", async () => {
  // To renew the page: node -e 'import("./packages/belfry/src/config/reference.ts").then((reference) =>
  //   process.stdout.write(reference.renderSettingsReference()))' > docs/reference/settings.md
  expect(await readFile(REFERENCE, "utf8")).toBe(renderSettingsReference());
});
