import { describe, expect, test } from "vitest";
import { createContentCheck } from "./check.ts";
import { createRenderer, variantFor } from "./render.ts";

const check = createContentCheck({ hasLinks: true });
const render = createRenderer();
const JOHN = {
  recipient: { firstName: "John", fullName: "John <Doe>", attributes: { plan: "gold" } },
  age: 42,
};

describe("createContentCheck()", () => {
  test("finds nothing wrong with texts, and with templates of known variables", () => {
    expect(check({ text: "50 { % } is no template }}" })).toEqual([]);
    const text =
      "{{ recipient.fullName | upcase }} {{ age }} {{ recipient.attributes.plan }} {{ events.size }}" +
      "{% for event in events %}{{ event.title }} {{ forloop.index }}{% endfor %}{% assign x = age %}{{ x }}" +
      "{{ recipient.dates.birthday }} {{ occurrence.local }} {{ links.acknowledge }} {{ recipient[field] }}";
    expect(check({ text: text.replace("[field]", "['firstName']") })).toEqual([]);
  });

  test.each([
    [
      "an unknown variable",
      "Hi\n{{ recipent.name }}",
      /^names no variable with "recipent" in line 2, column 4$/,
    ],
    ["an unknown part", "{{ recipient.fistName }}", /"recipient.fistName" in line 1, column 4$/],
    ["a part of a value", "{{ age.years }}", /"age.years" in line 1/],
    ["an output that is not closed", "a {{ age", /^is no template: .*not closed in line 1, column 3$/],
    ["a tag that is not closed", "{% if age %}", /^is no template: .*if.*not closed in line 1, column 1$/],
    ["an unknown tag", "{% foo %}", /^is no template: .*foo.* in line 1, column 1$/],
    ["an unknown filter", "\n{{ age | nofilter }}", /^is no template: undefined filter: nofilter in line 2/],
    ["another template's file", "{% include 'etc/passwd' %}", /^is no template: .*include/],
    ["a name of every object", "{{ constructor }}", /"constructor"/],
  ])("names the place of %s", (_, text, message) => {
    const [issue, ...more] = check({ text });
    expect(issue).toMatchObject({ path: ["content", "text"], message: expect.stringMatching(message) });
    expect(issue?.allowed).toMatch(/./);
    expect(more).toEqual([]);
  });

  test("refuses a link where there are none, and names the place", () => {
    const without = createContentCheck({ hasLinks: false });
    expect(without({ text: "Done?\n{{ links.acknowledge }}" })).toEqual([
      {
        path: ["content", "text"],
        value: "links.acknowledge",
        message: "names a link in line 2, column 4",
        allowed: "links only where BELFRY_PUBLIC_URL says where they lead",
      },
    ]);
    expect(check({ text: "{{ links.unsubscribe }}" })).toMatchObject([{ allowed: "links.acknowledge" }]);
  });

  test("looks into every part, every locale and all of the data", () => {
    const wrong = "{{ nobody }}";
    const content = {
      title: wrong,
      html: wrong,
      data: { list: [1, { deep: wrong }] },
      locales: { de: { text: wrong } },
    };
    expect(check(content).map(({ path }) => path.join("."))).toEqual([
      "content.title",
      "content.html",
      "content.data.list.1.deep",
      "content.locales.de.text",
    ]);
  });
});

describe("createRenderer()", () => {
  test("fills in every part, and makes values safe in html alone", () => {
    const name = "{{ recipient.fullName }}";
    const content = {
      title: name,
      text: `Hey, ${name}`,
      html: `<b>${name}</b>`,
      data: { to: [name, 1, null] },
    };
    expect(render(content, () => JOHN, null)).toEqual({
      ok: true,
      content: {
        title: "John <Doe>",
        text: "Hey, John <Doe>",
        html: "<b>John &lt;Doe&gt;</b>",
        data: { to: ["John <Doe>", 1, null] },
      },
    });
  });

  test("leaves what has no places to fill in as it is", () => {
    const content = { text: "100 %} {", data: { a: true } };
    expect(render(content, () => JOHN, null)).toEqual({ ok: true, content });
  });

  test("gives Unicode without NUL when a filter cuts an emoji in half, or decodes NUL", () => {
    const text = "{{ recipient.firstName | split: '' | first }}{{ '%00' | url_decode }}";
    const values = () => ({ recipient: { firstName: "\u{1F600}" } });
    expect(render({ text }, values, null)).toEqual({ ok: true, content: { text: "\ufffd\ufffd" } });
  });

  test("says why a content cannot be rendered", () => {
    const endless = "{% for i in (1..100000000) %}xxxxxxxxxxxxxxxx{% endfor %}";
    expect(render({ text: endless }, () => JOHN, null)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^the content cannot be rendered: .*limit/),
    });
    expect(
      render({ text: "{{ age | divided_by: nothing.at_all | date: 5 | map: 1 }}" }, () => JOHN, null).ok,
    ).toBeTypeOf("boolean");
  });
});

test("variantFor() takes the locale, else its language, else the content itself", () => {
  const content = { text: "Hello", locales: { de: { text: "Hallo" }, "de-CH": { text: "Grüezi" } } };
  const textFor = (locale: string | null) => variantFor(content, locale).text;
  expect(["de-CH", "DE-ch", "de-AT", "de", "fr", null].map(textFor)).toEqual([
    "Grüezi",
    "Grüezi",
    "Hallo",
    "Hallo",
    "Hello",
    "Hello",
  ]);
});
