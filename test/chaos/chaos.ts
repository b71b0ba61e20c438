import { parseArgs } from "node:util";
import { startRun } from "../../local/run.ts";
import { readSettings } from "../../local/settings.ts";
import { writeUntil } from "./load.ts";
import { makeTroubleUntil } from "./trouble.ts";
import { judge } from "./verdict.ts";
import type { Findings } from "./verdict.ts";

const chats = [101, 102, 103, 104, 105, 106];
/** After an attempt that died, the queue delivers the message again after this time. */
const visibilityTimeoutSeconds = 5;
const settlingMillis = 90_000;

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "30" }, seed: { type: "string", default: "1" } },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const random = seeded(Number(values.seed));

say(`Chaos for ${values.seconds} s with seed ${values.seed}: processes are killed, vendors fail.`);
const log: string[] = [];
const run = await startRun(readSettings({ PORT: "0" }), {
  log: (line) => log.push(line),
  visibilityTimeoutSeconds,
});
try {
  const endsAt = Date.now() + Number(values.seconds) * 1000;
  const isOver = () => Date.now() > endsAt;
  const [written, trouble] = await Promise.all([
    writeUntil(isOver, chats, run, random),
    makeTroubleUntil(isOver, run, random),
  ]);
  say(
    `${trouble.kills} processes killed, ${trouble.faults} faults; waiting until the bridge is quiet …`,
  );
  const findings = await untilQuiet(() => judge(written, run));
  const customers = [...written.customers.values()].flat().length;
  const operators = [...written.operators.values()].flat().length;
  say(`${customers} customers' messages and ${operators} operators' messages were accepted;`);
  say(`${written.refusedHooks} hooks got no 200, and the caretaker must find them;`);
  say(`${findings.reported} were not delivered, and the operator got an error.`);
  for (const text of findings.lost) say(`  lost: ${text}`);
  for (const text of findings.inversions) say(`  out of order: ${text}`);
  for (const text of findings.tooMany) say(`  too many times: ${text}`);
  const ambiguous = log.filter((line) => line.includes("AmbiguousStepRepeated")).length;
  const { lost, inversions, duplicates, tooMany } = findings;
  const isSound = duplicates <= ambiguous && lost.length + inversions.length + tooMany.length === 0;
  say(
    `lost ${lost.length}, inversions ${inversions.length}, duplicates ${duplicates}, ambiguous ${ambiguous}`,
  );
  process.exitCode = isSound ? 0 : 1;
} finally {
  await run.close();
}

/**
 * Repeats the check until no message is missing, or until the time when every message must have
 * arrived.
 */
async function untilQuiet(check: () => Findings): Promise<Findings> {
  const deadline = Date.now() + settlingMillis;
  for (;;) {
    const findings = check();
    if (findings.lost.length === 0 || Date.now() > deadline) return findings;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Makes the same choices for the same seed. The behavior of processes and timers still differs. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
