import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Reads an address in its plain notation; undefined for all else, the lax forms of ipaddr.js included. */
export function parseAddress(text: string): Address | undefined {
  const family = isIP(text);
  if (family === 0) return undefined;
  if (family === 4 || !text.includes(".")) return ipaddr.parse(text);
  // ipaddr.js takes the compatible "::8.8.8.8" for the mapped "::ffff:8.8.8.8"; URL writes both in hex.
  const hex = URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);
  return hex === undefined ? undefined : ipaddr.parse(hex);
}

/**
 * True for an address of the public internet. Everything else could reach what only this machine or
 * its network should: private, loopback, link-local, carrier-grade NAT, multicast, reserved,
 * documentation and benchmarking ranges, tunnels, and IPv6 that carries such an IPv4 address.
 */
export function isPublicAddress(address: Address): boolean {
  const carried = carriedIPv4(address);
  if (carried) return carried.range() === "unicast";
  return address.range() === "unicast" && (address.kind() === "ipv4" || isGlobalUnicast(address));
}

/**
 * The IPv4 address that packets to an IPv6 address end up at: mapped (::ffff:0:0/96), or through the
 * well-known NAT64 prefix (64:ff9b::/96), which is how an IPv6-only network sees every IPv4 host.
 * 6to4, Teredo and the compatible form are obsolete and simply not public.
 */
export function carriedIPv4(address: Address): ipaddr.IPv4 | undefined {
  if (!(address instanceof ipaddr.IPv6)) return undefined;
  const bytes = address.toByteArray();
  const isNat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0].every((byte, index) => bytes[index] === byte);
  return address.isIPv4MappedAddress() || isNat64 ? new ipaddr.IPv4(bytes.slice(12)) : undefined;
}

/** 2000::/3, all that IANA ever gave out; ipaddr.js calls the rest of the space unicast as well. */
function isGlobalUnicast(address: Address): boolean {
  return ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20;
}
