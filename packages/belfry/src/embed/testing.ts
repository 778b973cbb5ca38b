// The package's entry for tests of a host program: `import { VirtualClock } from "belfry/testing"`.
export type { Clock, Timer } from "../engine/clock.ts";
export { VirtualClock } from "../engine/virtual-clock.ts";
