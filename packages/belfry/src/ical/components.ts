import { type ContentLine, type LineFault, readContentLines } from "./content-lines.ts";

/** What stands between a BEGIN and its END. */
export interface Component {
  /** In capitals: `VEVENT`. */
  name: string;
  /** Of its BEGIN. */
  line: number;
  properties: ContentLine[];
  components: Component[];
  /** Lines in it that are none, and a missing END. */
  faults: LineFault[];
}

/** Deeper than any calendar goes. */
const DEEPEST = 10;

/** The components of a file, and what stands outside of them. */
export interface ComponentTree {
  components: Component[];
  faults: LineFault[];
}

export function readComponents(bytes: Uint8Array): ComponentTree {
  const root: Component = { name: "", line: 0, properties: [], components: [], faults: [] };
  const open: Component[] = [root];
  for (const read of readContentLines(bytes)) {
    const current = open.at(-1) ?? root;
    if (!read.ok) current.faults.push(read.fault);
    else if (read.content.name === "BEGIN") begin(open, read.content);
    else if (read.content.name === "END") end(open, read.content);
    else current.properties.push(read.content);
  }
  for (const { name, line, faults } of open.slice(1))
    faults.push({ line, message: `begins a ${name} that is never ended: the file may be cut off` });
  const [stray] = root.properties;
  if (stray) root.faults.push({ line: stray.line, message: `has ${stray.name} outside of every component` });
  return root;
}

function begin(open: Component[], { value, line }: ContentLine): void {
  const current = open.at(-1);
  if (open.length > DEEPEST) {
    current?.faults.push({ line, message: "begins a component too deep inside others" });
    return;
  }
  const component = { name: value.trim().toUpperCase(), line, properties: [], components: [], faults: [] };
  current?.components.push(component);
  open.push(component);
}

/** One that ends something further out leaves what is inside without an end. */
function end(open: Component[], { value, line }: ContentLine): void {
  const name = value.trim().toUpperCase();
  const place = open.findLastIndex((component, index) => index > 0 && component.name === name);
  if (place === -1) {
    open.at(-1)?.faults.push({ line, message: `ends a ${name} that was never begun` });
    return;
  }
  for (const unended of open.slice(place + 1))
    unended.faults.push({ line: unended.line, message: `begins a ${unended.name} that is never ended` });
  open.length = place;
}

/** The one property of a name; undefined if there is none. */
export function propertyOf({ properties }: Component, name: string): ContentLine | undefined {
  return properties.find((property) => property.name === name);
}

export function propertiesOf({ properties }: Component, name: string): ContentLine[] {
  return properties.filter((property) => property.name === name);
}
