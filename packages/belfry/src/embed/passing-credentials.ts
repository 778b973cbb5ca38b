import { generateWebhookSecret } from "../channels/webhook/secret.ts";
import type { Credential, CredentialOptions, Credentials } from "../config/credentials.ts";
import { generateKey } from "../config/generated-key.ts";
import { generateLinkSecret } from "../config/link-secret.ts";

/** The secrets of an installation in memory: those that are given, else ones that pass away with it. */
export function passingCredentials(options: Omit<CredentialOptions, "dataFolder">): Credentials {
  const { adminKey, webhookSecrets, publicUrl, randomBytes } = options;
  return {
    adminKey: given(adminKey, () => generateKey(randomBytes)),
    webhookSecrets: given(webhookSecrets.length === 0 ? undefined : webhookSecrets, () => [
      generateWebhookSecret(randomBytes),
    ]),
    linkSecret: publicUrl === undefined ? null : given(undefined, () => generateLinkSecret(randomBytes)),
    warnings: [],
  };
}

function given<Value>(value: Value | undefined, generate: () => Value): Credential<Value> {
  const path = ":memory:";
  return value === undefined
    ? { value: generate(), source: "created", path }
    : { value, source: "environment", path };
}
