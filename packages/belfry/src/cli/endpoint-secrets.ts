import { type Command, Option } from "commander";
import { generateWebhookSecret } from "../config/generated-secret.ts";
import { parseSecrets } from "../config/parsers.ts";
import { readSecretFile } from "../config/secret-file.ts";
import { WEBHOOK_SECRET_FORM } from "../domain/webhook-secret.ts";
import type { CliContext } from "./context.ts";
import { usageFailure } from "./exit-code.ts";
import { readSecret } from "./secret-input.ts";

/** Where the secrets of an endpoint come from. */
export interface SecretOptions {
  secretFile?: string;
  secretStdin?: boolean;
  generateSecret?: boolean;
  dropSecrets?: boolean;
}

/** The secrets to set. */
export interface GivenSecrets {
  /** Left out: they stay as they are. */
  secrets?: string[];
  /** The one that was made, to be shown once. */
  generated?: string;
}

/** Adds the options that give secrets; none takes one as an argument, which every user could list. */
export function addSecretOptions(command: Command): Command {
  const options = [
    new Option("--secret-file <path>", "a file that holds its secrets, separated by white space"),
    new Option("--secret-stdin", "read its secrets from standard input"),
    new Option("--generate-secret", "make a secret, and show it this once"),
  ];
  command.optionsGroup("Secrets:");
  for (const option of options) {
    const others = options.filter((other) => other !== option).map((other) => other.attributeName());
    command.addOption(option.conflicts(others));
  }
  return command;
}

/**
 * The secrets that the options give.
 *
 * @throws SettingError, CommandFailure if there are none, or what there is is no secret
 */
export async function secretsOf(options: SecretOptions, context: CliContext): Promise<GivenSecrets> {
  if (options.dropSecrets) return { secrets: [] };
  if (options.generateSecret) {
    const generated = generateWebhookSecret(context.randomBytes);
    return { secrets: [generated], generated };
  }
  if (options.secretStdin) {
    const text = await readSecret({ question: "Secret of the endpoint: ", isPiped: false }, context);
    return { secrets: parsed(text, "standard input") };
  }
  if (options.secretFile === undefined) return {};
  const file = await readSecretFile(options.secretFile, "the secrets");
  if (!file) throw usageFailure(`there is no file ${options.secretFile}; allowed: a file that holds secrets`);
  return { secrets: parsed(file.text, options.secretFile) };
}

function parsed(text: string, source: string): string[] {
  const read = parseSecrets(text);
  const form = `allowed: one or more, separated by white space, each ${WEBHOOK_SECRET_FORM}`;
  if (!read.ok) throw usageFailure(`${source} holds no secrets: ${read.reason}; ${form}`);
  if (read.value.length === 0) throw usageFailure(`${source} holds no secret; ${form}`);
  return [...read.value];
}
