import type { Setting } from "./setting.ts";
import { SETTINGS } from "./table.ts";

const INTRODUCTION = `# Settings

<!-- Made by \`npm run reference\` from packages/belfry/src/config/table.ts; a test holds the two together. -->

Belfry reads its settings from environment variables, and nothing else. An empty variable counts as not set. A wrong
value, or a variable that begins with \`BELFRY_\` and is no setting, stops the start with a list of all that is wrong;
commands that talk to a server only warn of such a variable.
\`belfry config\` shows every setting with its value and where that comes from; secrets are never shown.

Durations are ISO 8601: \`PT15M\` is 15 minutes, \`P1DT12H\` a day and a half, \`PT0.5S\` half a second.
`;

/** \`docs/reference/settings.md\`, made from the table of settings. */
export function renderSettingsReference(): string {
  return `${INTRODUCTION}\n${Object.values<Setting<unknown>>(SETTINGS).map(renderSetting).join("\n")}`;
}

function renderSetting(setting: Setting<unknown>): string {
  const value = setting.default === "" ? (setting.defaultWords ?? "none") : `\`${setting.default}\``;
  return [
    `## \`${setting.env}\``,
    "",
    `${setting.description}.${setting.secret ? " Secret." : ""}`,
    "",
    `- Default: ${value}`,
    `- Allowed: ${setting.allowed}`,
    "",
  ].join("\n");
}
