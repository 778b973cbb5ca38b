import { Command } from "commander";

/** A command with others below it; alone it does the first of them. */
export interface CommandFamily {
  name: string;
  description: string;
  afterHelp: string;
  members: readonly [Command, ...Command[]];
}

/** `belfry endpoints`, with `belfry endpoints add` and the others below it. */
export function familyCommand({ name, description, afterHelp, members }: CommandFamily): Command {
  const family = new Command(name)
    .description(description)
    .helpCommand(false)
    .addHelpText("after", afterHelp);
  const [first, ...others] = members;
  family.addCommand(first, { isDefault: true });
  for (const member of others) family.addCommand(member);
  // What is no member lands at the first one, as an argument that it does not take.
  first.allowExcessArguments().hook("preAction", () => {
    const [word] = first.args;
    const names = members.map((member) => member.name()).join(", ");
    if (word !== undefined) family.error(`error: unknown command '${name} ${word}'; allowed: ${names}`);
  });
  return family;
}
