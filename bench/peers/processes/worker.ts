// The one worker process of a peer.
import { type DriverName, loadDriver } from "../drivers/load-driver.ts";
import { createPost } from "../posting.ts";
import { RETRY_MS } from "../retry.ts";
import { serveCalls } from "./calls.ts";

const [, , name = "", address = "", tuning = "{}"] = process.argv;
const driver = loadDriver(name as DriverName);
await driver.work({ address, tuning: JSON.parse(tuning), post: createPost(), retryMs: RETRY_MS });

serveCalls({});
