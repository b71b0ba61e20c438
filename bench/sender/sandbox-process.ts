import { pathToFileURL } from "node:url";

/** One invocation on its way into a sandbox, and its answer. */
export type Invocation = { readonly id: number; readonly event: object };
export type Answer = {
  readonly id: number;
  readonly failed: boolean;
  /** Processor time of this process so far, and its memory. */
  readonly cpuMillis: number;
  readonly rssBytes: number;
};

const handlerMillis = 60_000;
const { handler } = (await import(pathToFileURL(process.argv[2] ?? "").href)) as {
  handler: (event: object, context: object) => Promise<{ batchItemFailures: unknown[] }>;
};
for (const level of ["info", "warn", "error"] as const) console[level] = () => undefined;
process.stdout.write = () => true;

process.on("message", ({ id, event }: Invocation) => {
  const startedAtMillis = Date.now();
  const context = {
    awsRequestId: `request-${process.pid}-${id}`,
    getRemainingTimeInMillis: () => handlerMillis - (Date.now() - startedAtMillis),
  };
  const report = (failed: boolean) => {
    const { user, system } = process.cpuUsage();
    const answer: Answer = {
      id,
      failed,
      cpuMillis: (user + system) / 1000,
      rssBytes: process.memoryUsage.rss(),
    };
    process.send?.(answer);
  };
  handler(event, context).then(
    ({ batchItemFailures }) => report(batchItemFailures.length > 0),
    () => report(true),
  );
});
process.send?.("ready");
