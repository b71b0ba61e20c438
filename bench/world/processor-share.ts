import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Megabytes with which Lambda gives a function one whole processor. */
const wholeProcessorMegabytes = 1769;
/** The period in which Lambda gives a share of a processor. */
const periodMicros = 20_000;
const root = "/sys/fs/cgroup";
const groups = new Set<string>();

/**
 * Gives a process the share of a processor that Lambda gives for that memory, by a Linux control group
 * that exists as long as the bench. False where this machine does not allow a control group.
 */
export function holdToShare(pid: number, megabytes: number): boolean {
  const quotaMicros = Math.floor((periodMicros * megabytes) / wholeProcessorMegabytes);
  const isFirstVersion = existsSync(join(root, "cpu", "cpu.cfs_quota_us"));
  const group = join(root, isFirstVersion ? "cpu" : "", `bridge-bench-${pid}`);
  try {
    mkdirSync(group);
    if (groups.size === 0) process.once("exit", removeGroups);
    groups.add(group);
    if (isFirstVersion) {
      writeFileSync(join(group, "cpu.cfs_period_us"), String(periodMicros));
      writeFileSync(join(group, "cpu.cfs_quota_us"), String(quotaMicros));
    } else {
      writeFileSync(join(group, "cpu.max"), `${quotaMicros} ${periodMicros}`);
    }
    writeFileSync(join(group, "cgroup.procs"), String(pid));
  } catch {
    return false;
  }
  return true;
}

function removeGroups(): void {
  for (const group of groups) {
    try {
      rmdirSync(group);
    } catch {
      // A process that is still running after the bench is still in the group.
    }
  }
}
