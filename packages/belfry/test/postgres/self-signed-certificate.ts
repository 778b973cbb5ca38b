import { generateKeyPairSync, sign } from "node:crypto";

/** A certificate for this machine and its key, both PEM. */
export interface Certificate {
  certificate: string;
  key: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BOOLEAN = 0x01;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
const VERSION_FIELD = 0xa0;
const EXTENSIONS_FIELD = 0xa3;

const ECDSA_WITH_SHA256 = Buffer.from("06082a8648ce3d040302", "hex");
const COMMON_NAME = Buffer.from("0603550403", "hex");
const SUBJECT_ALT_NAME = Buffer.from("0603551d11", "hex");
const BASIC_CONSTRAINTS = Buffer.from("0603551d13", "hex");

/**
 * For `localhost` and 127.0.0.1, signed by itself and its own authority (RFC 5280). Node can make keys but no
 * certificates, and not every machine has OpenSSL's command.
 */
export function selfSignedCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from("localhost")))),
  );
  const content = der(
    SEQUENCE,
    der(VERSION_FIELD, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    algorithm,
    name,
    validity(),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(EXTENSIONS_FIELD, extensions()),
  );
  const signature = sign("sha256", content, privateKey);
  const whole = der(SEQUENCE, content, algorithm, der(BIT_STRING, Buffer.from([0]), signature));
  return {
    certificate: pem(whole),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Wide, so that no clock that a test sets falls out of it. */
function validity(): Buffer {
  const [from, to] = [Buffer.from("200101000000Z"), Buffer.from("491231235959Z")];
  return der(SEQUENCE, der(UTC_TIME, from), der(UTC_TIME, to));
}

function extensions(): Buffer {
  const isAuthority = der(SEQUENCE, der(BOOLEAN, Buffer.from([0xff])));
  const names = der(
    SEQUENCE,
    der(DNS_NAME, Buffer.from("localhost")),
    der(IP_ADDRESS, Buffer.from([127, 0, 0, 1])),
  );
  return der(
    SEQUENCE,
    der(SEQUENCE, BASIC_CONSTRAINTS, der(OCTET_STRING, isAuthority)),
    der(SEQUENCE, SUBJECT_ALT_NAME, der(OCTET_STRING, names)),
  );
}

/** A tag, the length of the content, the content. Lengths up to 65,535 are enough here. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
