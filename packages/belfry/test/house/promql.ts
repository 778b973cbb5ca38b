import { parser } from "@prometheus-io/lezer-promql";

/** What an expression reads. */
export interface Selector {
  metric: string;
  /** The labels that it is told apart by. */
  labels: string[];
}

/** Where a PromQL expression is wrong, as its text from there on; null if it is right. */
export function faultIn(expression: string): string | null {
  let fault: string | null = null;
  parser.parse(expression).iterate({
    enter: ({ type, from }) => {
      if (type.isError) fault ??= expression.slice(from) || "(the end)";
    },
  });
  return fault;
}

/** Every metric that a PromQL expression reads, with the labels of its matchers. */
export function selectorsIn(expression: string): Selector[] {
  const selectors: Selector[] = [];
  parser.parse(expression).iterate({
    enter: ({ name, from, to, node }) => {
      const text = expression.slice(from, to);
      if (name === "Identifier") selectors.push({ metric: text, labels: [] });
      if (name === "LabelName" && node.parent?.name === "UnquotedLabelMatcher")
        selectors.at(-1)?.labels.push(text);
    },
  });
  return selectors;
}
