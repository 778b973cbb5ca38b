// Accepts reminders for a peer, in a process of its own.
import { type DriverName, loadDriver } from "../drivers/load-driver.ts";
import type { Order } from "../order.ts";
import { accepting } from "./accepting.ts";
import { serveCalls } from "./calls.ts";

const [, , name = "", address = "", tuning = "{}"] = process.argv;
const settings = JSON.parse(tuning) as { producers: number };
const producer = await loadDriver(name as DriverName).openProducer(address, settings);

serveCalls({
  accept: (order: Order) => accepting(order, { parallel: settings.producers, accept: producer.accept }),
});
