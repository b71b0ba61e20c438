import { consoleLogger } from "../aws/console-logger.ts";
import type { Logger } from "../model/runtime.ts";

const everyMillis = 60 * 60_000;

/** What a sandbox knows of itself. */
type Sandbox = {
  readonly now: () => number;
  /** Since the start of the process: its own start, and the work before the first event. */
  readonly initMillis: number;
  readonly peakKilobytes: () => number;
};

/** This process. */
function thisSandbox(): Sandbox {
  return {
    now: Date.now,
    initMillis: performance.now(),
    peakKilobytes: () => process.resourceUsage().maxRSS,
  };
}

/**
 * Logs the sandbox's start and its highest memory, after its first event and then at most once an hour.
 * Lambda reports both with every event, at twice the bytes of all other lines, so the bridge stores no
 * such reports.
 */
export function withSandboxReport<Given extends readonly unknown[], Answer>(
  handler: (...given: Given) => Promise<Answer>,
  options: {
    /** A function that stores only warnings must write the report as one. */
    readonly level?: "info" | "warn";
    readonly logger?: Logger;
    readonly sandbox?: Sandbox;
  } = {},
): (...given: Given) => Promise<Answer> {
  const { level = "info", logger = consoleLogger, sandbox = thisSandbox() } = options;
  const { now, initMillis, peakKilobytes } = sandbox;
  let nextMillis = 0;
  return async (...given) => {
    try {
      return await handler(...given);
    } finally {
      if (now() >= nextMillis) {
        nextMillis = now() + everyMillis;
        logger[level]("SandboxMeasured", {
          initMillis: Math.round(initMillis),
          peakMegabytes: Math.round(peakKilobytes() / 1024),
        });
      }
    }
  };
}
