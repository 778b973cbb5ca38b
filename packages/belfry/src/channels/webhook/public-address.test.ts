import { describe, expect, it } from "vitest";
import { isPublicAddress, parseAddress } from "./public-address.ts";

const NOT_PUBLIC = [
  ...["0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254"],
  ...["169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1"],
  ...["192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1"],
  ...["239.255.255.255", "240.0.0.1", "255.255.255.255"],
  ...["::", "::1", "::7f00:1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1"],
  ...["::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::8.8.8.8", "100::1"],
  ...["2001::1", "2001:2::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "4000::1"],
  ...["5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1"],
];

const PUBLIC = [
  ...["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "198.17.0.1"],
  ...["2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"],
];

function judge(text: string): boolean | undefined {
  const address = parseAddress(text);
  return address && isPublicAddress(address);
}

describe("isPublicAddress()", () => {
  it.each(NOT_PUBLIC)("is false when the address is %s", (address) => {
    expect(judge(address)).toBe(false);
  });

  it.each(PUBLIC)("is true when the address is %s", (address) => {
    expect(judge(address)).toBe(true);
  });
});

describe("parseAddress()", () => {
  it.each(["", "127.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "1.2.3.4.5", "[::1]", ":::1", "a.com"])(
    "gives undefined when the text is %j",
    (text) => expect(parseAddress(text)).toBeUndefined(),
  );
});
