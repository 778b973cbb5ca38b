// Loaded into a Belfry under test before Belfry itself: whatever comes on standard input makes it stumble over
// a rejection that nobody catches.
process.stdin.on("data", () => void Promise.reject(new RangeError("an error of the test")));
