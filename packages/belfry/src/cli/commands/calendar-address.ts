import { Command } from "commander";
import type { CliContext } from "../context.ts";
import type { CalendarAddress } from "../resources.ts";
import { renderTable } from "../table.ts";
import { shortTime } from "../time-text.ts";

const ADDRESS_HELP = `
A calendar program that subscribes to the address shows what Belfry will send to the recipient, and their
events. Whoever has it can read that, without a key; it is not shown again. \`belfry calendar revoke\` ends it.

Examples:
  belfry calendar address ada
  belfry calendar address ada --json | jq -r .path`;

const ADDRESSES_HELP = `
They are listed without what makes them work.

Examples:
  belfry calendar addresses ada`;

const REVOKE_HELP = `
Examples:
  belfry calendar revoke ada
  belfry calendar revoke ada --address cal_01k9yz3t5v8m6n4q2r7s1w0xab`;

interface JsonOption {
  json?: boolean;
}

const RECIPIENT = "whose calendar: their id, or your own";

/** \`belfry calendar address\`: makes one. */
export function calendarAddressCommand(context: CliContext): Command {
  return new Command("address")
    .description("make an address at which a recipient's calendar can be read")
    .argument("<recipient>", RECIPIENT)
    .option("--json", "print the answer of the API")
    .addHelpText("after", ADDRESS_HELP)
    .action(async (recipient: string, { json }: JsonOption) => {
      const { client, url } = await context.connect();
      const made = await client.calendarAddresses.create(recipient);
      const { output } = context;
      if (json) return output.printJson(made);
      output.printRemark(`Made ${made.id}; its address is shown this once:`);
      output.print(made.url ?? `${url.replace(/\/+$/, "")}${made.path}`);
    });
}

/** \`belfry calendar addresses\`: lists them. */
export function calendarAddressesCommand(context: CliContext): Command {
  return new Command("addresses")
    .description("list the addresses of a recipient's calendar")
    .argument("<recipient>", RECIPIENT)
    .option("--json", "print the answer of the API")
    .addHelpText("after", ADDRESSES_HELP)
    .action(async (recipient: string, { json }: JsonOption) => {
      const { client } = await context.connect();
      const list = await client.calendarAddresses.list(recipient);
      const { output, timeZone } = context;
      if (json) return output.printJson(list);
      if (list.items.length === 0) return output.printRemark("There are none.");
      const columns = [
        { title: "ID", text: (one: CalendarAddress) => one.id },
        { title: "MADE", text: (one: CalendarAddress) => shortTime(one.createdAt, timeZone) },
      ];
      for (const line of renderTable(columns, list.items, output.width)) output.print(line);
    });
}

/** \`belfry calendar revoke\`: ends one, or all. */
export function calendarRevokeCommand(context: CliContext): Command {
  return new Command("revoke")
    .description("revoke the addresses of a recipient's calendar, or one of them")
    .argument("<recipient>", RECIPIENT)
    .option("--address <id>", "only this one: cal_…")
    .option("--json", "print the answer of the API")
    .addHelpText("after", REVOKE_HELP)
    .action(async (recipient: string, { address, json }: JsonOption & { address?: string }) => {
      const { client } = await context.connect();
      const answer = await client.calendarAddresses.revoke(recipient, address);
      if (json) return context.output.printJson(answer);
      if (answer.revoked === 0) return context.output.printRemark("There was none to revoke.");
      context.output.print(`Revoked ${answer.revoked} of the addresses.`);
    });
}
