import { type Address, carriedIPv4, parseAddress } from "./public-address.ts";

/** What webhooks may reach although it is not on the public internet. */
export interface AllowList {
  /** True for a host allowed by its name, whatever it resolves to. */
  allowsHost(host: string): boolean;
  /** True for an address within an allowed network. */
  allowsAddress(address: Address): boolean;
}

export type ParsedAllowList =
  | { ok: true; list: AllowList }
  | { ok: false; index: number; message: string; allowed: string };

const ALLOWED =
  "an IP address, a network such as 10.0.0.0/8 or fd00::/8, a host name, or *.example.com for all hosts below it";

/** Reads the entries of BELFRY_WEBHOOK_ALLOW; `index` says which one is wrong. */
export function parseAllowList(entries: readonly string[]): ParsedAllowList {
  const hosts = new Set<string>();
  const suffixes: string[] = [];
  const networks: [Address, number][] = [];
  for (const [index, entry] of entries.entries()) {
    const text = entry.trim().toLowerCase();
    const network = parseNetwork(text);
    if (network) networks.push(network);
    else if (isHostName(text)) hosts.add(withoutTrailingDot(text));
    else if (text.startsWith("*.") && isHostName(text.slice(2)))
      suffixes.push(withoutTrailingDot(text.slice(1)));
    else
      return {
        ok: false,
        index,
        message: `Cannot allow "${entry}": it is no host and no network`,
        allowed: ALLOWED,
      };
  }
  return { ok: true, list: createAllowList({ hosts, suffixes, networks }) };
}

interface AllowRules {
  hosts: ReadonlySet<string>;
  /** With their leading dot. */
  suffixes: readonly string[];
  networks: readonly [Address, number][];
}

function createAllowList(rules: AllowRules): AllowList {
  return {
    allowsHost(host) {
      const name = withoutTrailingDot(host.toLowerCase());
      return rules.hosts.has(name) || rules.suffixes.some((suffix) => name.endsWith(suffix));
    },
    allowsAddress(address) {
      const carried = carriedIPv4(address);
      return (
        contains(rules.networks, address) || (carried !== undefined && contains(rules.networks, carried))
      );
    },
  };
}

function contains(networks: AllowRules["networks"], address: Address): boolean {
  return networks.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));
}

/** Only plain notations: ipaddr.js alone would read "10/8" as 0.0.0.10/8. */
function parseNetwork(text: string): [Address, number] | undefined {
  const [base = "", prefix, ...rest] = text.split("/");
  const address = base.includes("%") ? undefined : parseAddress(base);
  if (!address || rest.length > 0) return undefined;
  const widest = address.kind() === "ipv4" ? 32 : 128;
  if (prefix === undefined) return [address, widest];
  const isPrefix = /^\d{1,3}$/.test(prefix) && Number(prefix) <= widest;
  return isPrefix ? [address, Number(prefix)] : undefined;
}

/** A name that a URL keeps as it is: neither a disguised address nor in need of punycode. */
function isHostName(text: string): boolean {
  const label = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
  if (text.length > 254 || !new RegExp(`^${label}(\\.${label})*\\.?$`).test(text)) return false;
  return URL.parse(`http://${text}/`)?.hostname === text;
}

/** `localhost.` and `localhost` are one host. */
export function withoutTrailingDot(host: string): string {
  return host.endsWith(".") ? host.slice(0, -1) : host;
}
