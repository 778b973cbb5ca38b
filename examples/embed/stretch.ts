// Belfry inside a program of your own: no server, no port, no key. It prints what is due, two seconds after.
//
//   npm run build
//   npx node examples/embed/stretch.ts
//
// `npx node` is the checkout's own Node, whatever the machine has. A folder may be named behind it;
// default: data/embed. Whatever was not sent when the program was killed is sent at its next start.
import { createBelfry } from "belfry";

const [folder = "data/embed"] = process.argv.slice(2);
const rung = Promise.withResolvers<void>();

const belfry = await createBelfry({
  folder,
  channels: {
    // A way to reach someone is a function: returning means delivered, throwing means to try again.
    log: async ({ content, attempt, deliveryId }) => {
      console.log(`${content.text} (${deliveryId}, attempt ${attempt})`);
      rung.resolve();
    },
  },
});
await belfry.start();
const { id, next } = await belfry.remind({
  schedule: { in: "PT2S" },
  to: { channel: "log" },
  message: "Stretch",
});
console.log(`Made ${id}: due ${next?.due}`);

await rung.promise;
await belfry.stop();
