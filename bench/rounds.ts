import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** The middle value. For an even number, the lower of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error("There is no median of an empty list.");
  return middle;
}

/** The value that this share of all values does not exceed. NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Median of the quotients of two figures of the same rounds. */
export function ratio(ours: readonly number[], others: readonly number[]): number {
  return median(ours.map((value, round) => value / (others[round] ?? Number.NaN)));
}

/** Every round runs each variant, every second round in reverse order, so a drift affects all equally. */
export async function inRounds<Name extends string>(
  rounds: number,
  names: readonly Name[],
  take: (name: Name, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) await take(name, round);
  }
}

/**
 * Pins the bench to the first core while it measures on another one, then unpins it: a child process
 * inherits the allowed cores. Without taskset, or with one core, nothing is pinned.
 */
export async function onSeparateCores<Result>(
  measure: (core: number | undefined) => Promise<Result>,
): Promise<Result> {
  const before = allowedCores();
  const isSeparate = availableParallelism() > 1 && before !== undefined && hold("0");
  try {
    return await measure(isSeparate ? 1 : undefined);
  } finally {
    if (isSeparate) hold(before);
  }
}

function hold(cores: string): boolean {
  try {
    execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", cores, String(process.pid)], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}

/** The allowed cores as Linux lists them, such as 0-1. Undefined on other systems. */
function allowedCores(): string | undefined {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    return /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  } catch {
    return undefined;
  }
}
