import { hash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import type { ApiDocument } from "../reference/api-document.ts";
import { curlText } from "../reference/curl.ts";
import { exampleOf } from "../reference/example.ts";
import { escapeHtml } from "../reference/html.ts";
import { placesOf } from "../reference/operation-rows.ts";

async function fetchPage() {
  const { app } = await createApiRig();
  const response = await app.request("/docs");
  expect(response.status).toBe(200);
  const document = (await (await app.request("/openapi.json")).json()) as ApiDocument;
  return { page: await response.text(), headers: response.headers, document };
}

describe("GET /docs", () => {
  test("tells of every operation, its parameters, its fields, its problems and how to ask it", async () => {
    const { page, document } = await fetchPage();
    const sections = new Map(
      [...page.matchAll(/<section id="(\w+)">(.*?)<\/section>/gs)].map((match) => [match[1], match[2] ?? ""]),
    );
    const places = placesOf(document);
    expect(places.length).toBeGreaterThan(25);
    for (const place of places) {
      const section = sections.get(place.operation.operationId) ?? "";
      expect(section, place.heading).toContain(`<b>${place.method}</b> <code>${place.path}</code>`);
      expect(section).toContain(escapeHtml(curlText(exampleOf(place, document))));
      for (const { name } of place.operation.parameters ?? [])
        expect(section).toContain(`<td><code>${name}</code></td>`);
    }
    const create = sections.get("createReminder");
    for (const field of ["schedule", "message", "usefulFor"])
      expect(create).toContain(`<code>${field}</code>`);
    expect(create).toContain('href="#problem-past_schedule"');
    expect(create).toContain("Needs a key with the scope <code>write</code>");
    for (const name of ["Reminder", "Event", "Stats"]) expect(page).toContain(`id="shape-${name}"`);
  });

  test("links only to what stands on the page, with every id once", async () => {
    const { page } = await fetchPage();
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    expect(links.length).toBeGreaterThan(100);
    expect([...new Set(links)].filter((link) => !ids.includes(link))).toEqual([]);
  });

  test("is well-formed, and holds nothing that was not made for it", async () => {
    const { page } = await fetchPage();
    const open: string[] = [];
    for (const [, slash, name = ""] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
      if (name === "meta") continue;
      if (slash === "") open.push(name);
      else expect(open.pop(), `before </${name}>`).toBe(name);
    }
    expect(open).toEqual([]);
    expect(page).not.toMatch(/undefined|\[object|`/);
  });

  test("loads nothing and runs nothing, and says so to the browser", async () => {
    const { page, headers } = await fetchPage();
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|\sstyle=|url\(|@import/);
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? "";
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${hash("sha256", style, "base64")}'`);
    expect(policy).not.toContain("unsafe");
    expect(style).toContain("prefers-color-scheme: dark");
    expect(page).toContain('name="viewport"');
  });

  test("gives examples that the API takes", async () => {
    const { document } = await fetchPage();
    const refused: string[] = [];
    for (const place of placesOf(document)) {
      const { method, path, body, needsKey } = exampleOf(place, document);
      const { send, app } = await createApiRig();
      // Whose calendar an event is to stand in must be there.
      const { owner } = (body as { owner?: string } | undefined) ?? {};
      if (owner) await send({ method: "POST", path: "/v1/recipients", body: { externalId: owner } });
      if (path === "/docs") expect((await app.request(path)).status).toBe(200);
      else {
        const got = await send({ method, path, body, key: needsKey ? "admin" : null });
        // The things that they name need not be there; what is refused for its form would be a wrong example.
        if (![200, 201, 204, 404].includes(got.status)) refused.push(`${place.heading}: ${got.body.detail}`);
      }
    }
    expect(refused).toEqual([]);
  });
});

describe("curlText()", () => {
  test("quotes for the shell", () => {
    const request = { method: "POST", path: "/v1/x", body: { text: "it's" }, needsKey: true };
    expect(curlText(request)).toBe(
      [
        'curl -X POST "$BELFRY_URL/v1/x"',
        '-H "Authorization: Bearer $BELFRY_KEY"',
        "-H 'Content-Type: application/json'",
        `-d '{"text":"it'\\''s"}'`,
      ].join(" \\\n  "),
    );
  });
});
