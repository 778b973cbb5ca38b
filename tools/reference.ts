// `npm run reference`: renews docs/reference/ from the code. A test fails while the two differ.
import { writeFile } from "node:fs/promises";
import { PAGES } from "./reference/pages.ts";

for (const { path, url, render } of PAGES) {
  await writeFile(url, await render());
  console.log(`Wrote ${path}`);
}
