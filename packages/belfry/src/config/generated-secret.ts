/** For the command line, which knows no channels. */
export { generateWebhookSecret } from "../channels/webhook/secret.ts";
