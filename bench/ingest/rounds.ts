import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** The middle one; of an even number the lower of both. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error("There is no median of nothing.");
  return middle;
}

/** Median of the quotients of two figures of the same rounds. */
export function ratio(ours: readonly number[], others: readonly number[]): number {
  return median(ours.map((value, round) => value / (others[round] ?? Number.NaN)));
}

/** Every round takes each in turn, every second round backwards, so that a drift meets all alike. */
export async function inRounds<Name extends string>(
  rounds: number,
  names: readonly Name[],
  take: (name: Name, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) await take(name, round);
  }
}

let measuredCore: { readonly core: number | undefined } | undefined;

/** Holds the bench to the first core, and tells the core for what it measures. */
export function separateCores(): number | undefined {
  measuredCore ??= { core: separate() };
  return measuredCore.core;
}

function separate(): number | undefined {
  if (availableParallelism() < 2) return undefined;
  try {
    execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", "0", String(process.pid)], {
      stdio: "ignore",
    });
    return 1;
  } catch {
    return undefined;
  }
}
