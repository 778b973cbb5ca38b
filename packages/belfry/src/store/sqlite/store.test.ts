import { NOW } from "../contract/fixtures.ts";
import { describeStore } from "../contract/suite.ts";
import { openSqliteStore } from "./store.ts";

describeStore("sqlite", async () => openSqliteStore({ path: ":memory:", nowMs: NOW }));
