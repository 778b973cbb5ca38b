// Loaded into a Belfry under test before Belfry itself: when the test's process is gone, even by SIGKILL,
// the pipe to it closes, and nothing is left running on the machine.
process.stdin.on("close", () => process.kill(process.pid, "SIGKILL"));
process.stdin.resume();
// Belfry itself decides when it ends; the pipe must not keep it alive.
if ("unref" in process.stdin && typeof process.stdin.unref === "function") process.stdin.unref();
