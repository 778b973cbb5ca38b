// Runs everything that must hold, one step after the other, and prints one plain closing line that
// counts every test and every check: "N passed, N failed".
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => join(root, "node_modules/.bin", name);
const reports = mkdtempSync(join(tmpdir(), "belfry-test-"));

/** A check passes or fails as a whole. */
function check(name, command, args) {
  console.log(`\n# ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Test files count test by test; a file that cannot run counts as one that failed. */
function tests() {
  console.log("\n# tests");
  const report = join(reports, "vitest.json");
  const args = ["run", "--reporter=dot", "--reporter=json", `--outputFile=${report}`];
  const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: "1" };
  const { status } = spawnSync(bin("vitest"), args, {
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const {
    numPassedTests: passed,
    numFailedTests,
    numFailedTestSuites,
    testResults = [],
  } = readReport(report);
  for (const name of skipped(testResults)) console.log(`skipped, as declared: ${name}`);
  const failed = numFailedTests === 0 && (status !== 0 || numFailedTestSuites > 0) ? 1 : numFailedTests;
  return { passed, failed: passed + failed === 0 ? 1 : failed };
}

function skipped(testResults) {
  const tests = testResults.flatMap((file) => file.assertionResults);
  return tests.filter((test) => ["skipped", "pending"].includes(test.status)).map((test) => test.fullName);
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numFailedTestSuites: 0 };
  }
}

const results = [
  check("types", bin("tsc"), ["--noEmit"]),
  check("format and lint", bin("biome"), ["ci", "--error-on-warnings", "."]),
  check("a PostgreSQL to test with", process.execPath, [join(root, "tools/postgres/install.mjs")]),
  tests(),
];
rmSync(reports, { recursive: true, force: true });
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
