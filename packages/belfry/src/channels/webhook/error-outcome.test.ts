import { describe, expect, it } from "vitest";
import { outcomeOfError, shortageOf } from "./error-outcome.ts";
import { RefusedHostError } from "./guarded-connector.ts";

const failure = (code: string): Error => Object.assign(new Error("https://example.com/hush"), { code });

describe("outcomeOfError()", () => {
  it.each([
    ["ECONNREFUSED", "the connection was refused"],
    ["ENOTFOUND", "its name does not exist"],
    ["UND_ERR_SOCKET", "the connection was closed before an answer"],
    ["UND_ERR_HEADERS_OVERFLOW", "its answer has too many headers"],
    ["HPE_INVALID_CONSTANT", "its answer is not HTTP"],
    ["CERT_HAS_EXPIRED", "its TLS certificate is not trusted"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "its TLS certificate is not trusted"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its TLS certificate is not trusted"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "its TLS certificate is not trusted"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "TLS could not be negotiated"],
    ["ESOMETHING", "the request failed"],
  ])("is retryable in words when the code is %s", (code, words) => {
    expect(outcomeOfError("example.com:443", failure(code))).toEqual({
      kind: "retryable",
      error: `Cannot post to example.com:443: ${words} (${code})`,
    });
  });

  it("is permanent when the host may not be reached", () => {
    const outcome = outcomeOfError("example.com:443", new RefusedHostError());
    expect(outcome).toMatchObject({
      kind: "permanent",
      error: expect.stringContaining("BELFRY_WEBHOOK_ALLOW"),
    });
  });

  it("is permanent when the request cannot be made", () => {
    expect(outcomeOfError("example.com:443", failure("UND_ERR_INVALID_ARG")).kind).toBe("permanent");
  });

  it("is retryable when what was thrown is no error", () => {
    expect(outcomeOfError("example.com:443", "hush")).toEqual({
      kind: "retryable",
      error: "Cannot post to example.com:443: the request failed",
    });
  });
});

describe("shortageOf()", () => {
  it.each(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"])(
    "is this machine's own want when the code is %s",
    (code) => {
      expect(shortageOf("example.com:443", failure(code))).toMatchObject({
        code: "out_of_resources",
        message: expect.stringMatching(/^Cannot post to example.com:443: this (machine|process) has no /),
      });
    },
  );

  it("is null when the other side or the way to it failed", () => {
    for (const code of ["ECONNREFUSED", "EADDRNOTAVAIL", "UND_ERR_SOCKET"])
      expect(shortageOf("example.com:443", failure(code))).toBeNull();
  });
});
