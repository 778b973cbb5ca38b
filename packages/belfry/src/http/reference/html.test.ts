import { describe, expect, test } from "vitest";
import { inlineHtml, tableHtml } from "./html.ts";

describe("inlineHtml()", () => {
  test("shows code and links within the page, and lets nothing else through", () => {
    expect(inlineHtml("a `b` of [Reminder](#shape-Reminder)")).toBe(
      'a <code>b</code> of <a href="#shape-Reminder">Reminder</a>',
    );
    expect(inlineHtml(`<b> & "c" 'd'`)).toBe("&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    expect(inlineHtml("`<script>` [x](javascript:alert) [y](https://example.com)")).toBe(
      "<code>&lt;script&gt;</code> [x](javascript:alert) [y](https://example.com)",
    );
  });
});

describe("tableHtml()", () => {
  test("is nothing for no rows", () => {
    expect(tableHtml(["a"], [])).toBe("");
    expect(tableHtml(["a"], [["`b`"]])).toContain("<td><code>b</code></td>");
  });
});
