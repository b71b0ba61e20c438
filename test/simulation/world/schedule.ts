import type { Random } from "../engine/random.ts";
import type { FaultKind, FaultWindow } from "./faults.ts";
import { startMillis } from "./names.ts";

const minute = 60_000;
/** People write within this time, and faults begin within it. */
export const busyMillis = 8 * minute;

type Usual = Exclude<FaultKind, "file-unavailable">;

/** The probability of each kind while it is in force: minimum and maximum. */
const chances: Readonly<Record<Usual, readonly [number, number]>> = {
  crash: [0.01, 0.12],
  hang: [0.002, 0.02],
  "table-refused": [0.02, 0.6],
  "table-lost": [0.02, 0.2],
  "table-slow": [0.05, 0.5],
  "queue-refused": [0.2, 1],
  "queue-lost": [0.1, 0.5],
  "queue-slow": [0.1, 0.8],
  "secrets-refused": [0.3, 1],
  "secrets-lost": [0.3, 1],
  "secrets-slow": [0.3, 1],
  "bucket-refused": [0.3, 1],
  "bucket-lost": [0.3, 1],
  "bucket-slow": [0.3, 1],
  "telegram-limit": [0.1, 0.8],
  "telegram-failing": [0.1, 1],
  "telegram-page": [0.1, 1],
  "telegram-slow": [0.1, 0.8],
  "telegram-lost-answer": [0.05, 0.6],
  "telegram-lost-request": [0.05, 0.6],
  "telegram-refusing": [0.02, 0.2],
  "amojo-limit": [0.1, 0.8],
  "amojo-failing": [0.1, 1],
  "amojo-page": [0.1, 1],
  "amojo-slow": [0.1, 0.8],
  "amojo-lost-answer": [0.05, 0.6],
  "amojo-lost-request": [0.05, 0.6],
  "amojo-refusing": [0.02, 0.2],
  "main-api-limit": [0.2, 1],
  "main-api-failing": [0.2, 1],
  "main-api-page": [0.2, 1],
  "main-api-slow": [0.1, 1],
  "main-api-lost-answer": [0.1, 1],
  "main-api-lost-request": [0.1, 1],
  "hook-lost": [0.1, 0.7],
  "hook-late": [0.1, 0.8],
  "hook-doubled": [0.1, 0.8],
  "update-lost": [0.1, 0.6],
  "update-answer-lost": [0.1, 0.6],
  "handed-out-twice": [0.3, 1],
  "caretaker-missed": [0.3, 1],
};

/** The faults of a seed: none to seven kinds, each in force once for a while. */
export function faultSchedule(random: Random): FaultWindow[] {
  const windows: FaultWindow[] = [];
  for (let count = random.between(0, 9); count > 0; count -= 1) {
    const kind = random.pick(Object.keys(chances) as [Usual, ...Usual[]]);
    const [least, most] = chances[kind];
    const fromMillis = startMillis + random.between(0, busyMillis);
    windows.push({
      kind,
      fromMillis,
      untilMillis:
        fromMillis + random.between(5000, random.pick([minute, 5 * minute, 15 * minute])),
      chance: least + (most - least) * random.next(),
      seconds: random.chance(0.02) ? 50_000 : random.pick([3, 8, 40, 40, 600, 3600]),
    });
  }
  if (random.chance(0.3)) {
    // Less than the five minutes for which the bridge asks for such a file again.
    const fromMillis = startMillis + random.between(0, busyMillis);
    const untilMillis = fromMillis + random.between(5000, 4 * minute);
    windows.push({ kind: "file-unavailable", fromMillis, untilMillis, chance: 1, seconds: 0 });
  }
  return windows;
}
