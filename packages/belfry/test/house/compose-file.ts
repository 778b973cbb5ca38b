import { DCLinter } from "dclint";
import { parse } from "yaml";

/** A service, as far as the tests look at it. */
export interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  restart?: string;
  stop_grace_period?: string;
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
  deploy?: { replicas?: number };
}

/** The linter's own types cannot be resolved from an ES module. */
interface LintResult {
  messages: { line: number; rule: string; message: string }[];
}

/** Only the looks of it; and double quotes are what the rest of the house has. */
const RULES = {
  "service-keys-order": 0,
  "top-level-properties-order": 0,
  "require-quotes-in-ports": [2, { quoteType: "double" }],
} as const;

const WANTED = {
  read_only: true,
  cap_drop: ["ALL"],
  security_opt: ["no-new-privileges:true"],
};

/** The services by name, what they share put in, what comes from `.env` not. */
export function readServices(text: string): Record<string, Service> {
  return (parse(text, { merge: true }) as { services: Record<string, Service> }).services;
}

/** What the schema of the Compose specification and a linter say against a file, a line each. */
export function faultsOfCompose(path: string): string[] {
  const linter = new DCLinter({ rules: RULES, quiet: false, debug: false, exclude: [] });
  const results: LintResult[] = linter.lintFiles([path], false);
  return results.flatMap(({ messages }) =>
    messages.map(({ line, rule, message }) => `line ${line}: ${rule}: ${message}`),
  );
}

/** What is wrong with how a service of Belfry is run, a line each. */
export function faultsOfService(service: Service, drainSeconds: number): string[] {
  const grace = secondsOf(service.stop_grace_period ?? "10s");
  const unlike = Object.entries(WANTED).filter(
    ([key, value]) => JSON.stringify(service[key as keyof Service]) !== JSON.stringify(value),
  );
  return [
    ...unlike.map(([key]) => `its ${key} is not as strict as it could be`),
    ...(grace > drainSeconds ? [] : [`it is killed after ${grace} s, and may take ${drainSeconds}`]),
    ...(/^[1-9]\d*:[1-9]\d*$/.test(service.user ?? "") ? [] : ["it may run as root"]),
    ...(service.restart === undefined ? ["nobody says whether it is started again"] : []),
    ...faultsOfHealthcheck(service),
  ];
}

/** What ends by itself is not asked how it is. */
function faultsOfHealthcheck({ restart, healthcheck }: Service): string[] {
  if (restart === "no") return healthcheck?.disable === true ? [] : ["its health is looked at"];
  return healthcheck?.test?.at(-1)?.includes(":8080/healthz") ? [] : ["its health is not looked at"];
}

/** `35s` or `2m`; NaN for other forms. */
function secondsOf(text: string): number {
  const [, number, unit] = /^(\d+)([sm])$/.exec(text) ?? [];
  return Number(number) * (unit === "m" ? 60 : 1);
}
