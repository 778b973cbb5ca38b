import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";
import { counted } from "../number-text.ts";
import type { Acknowledged } from "../resources.ts";
import { longTime } from "../time-text.ts";

const AFTER_HELP = `
Says that somebody has seen a delivery: what waits of it is cancelled on every channel, and it is repeated
no more. Its reminder goes on with the next occurrence. A second time changes nothing. Each id is reported;
the exit code is 1 if any of them failed.

Examples:
  belfry acknowledge dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y
  belfry deliveries --state delivered --json | jq -r '.items[0].id' | xargs belfry acknowledge`;

/** \`belfry acknowledge\`: says that deliveries were seen. */
export function acknowledgeCommand(context: CliContext): Command {
  return forEachIdCommand(
    {
      name: "acknowledge",
      description: "say that deliveries were seen, so that they nag no more",
      ids: "dlv_…",
      afterHelp: AFTER_HELP,
      resource: "acknowledged",
      run: (client, id) => client.deliveries.acknowledge(id),
      say: sentence,
    },
    context,
  );
}

/** `Acknowledged dlv_… of rem_…; 1 waiting will not be sent.` */
function sentence(acknowledged: Acknowledged, { timeZone }: CliContext): string {
  const { deliveryId, reminderId, acknowledgedAt, isRepeat, cancelled, inFlight } = acknowledged;
  if (isRepeat) return `${deliveryId} was acknowledged already, on ${longTime(acknowledgedAt, timeZone)}.`;
  const waiting =
    cancelled === 0
      ? "nothing of it waited"
      : `${counted(cancelled, "delivery", "deliveries")} that waited will not be sent`;
  const flying =
    inFlight === 0 ? "" : `; ${counted(inFlight, "delivery", "deliveries")} in flight may still arrive`;
  return `Acknowledged ${deliveryId} of ${reminderId}; ${waiting}${flying}.`;
}
