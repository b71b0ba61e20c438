import type { Envelope } from "../../lambdas/model/envelope.ts";
import type { EventQueue, Spool } from "../../lambdas/model/runtime.ts";

/** A queue or spool that stores the accepted events, and refuses the given number of times first. */
export function aFakeQueue({
  refusals = 0,
  onPut = () => undefined,
  error = Object.assign(new Error("refused"), { name: "ServiceUnavailable" }),
}: { refusals?: number; onPut?: () => void; error?: Error } = {}): EventQueue &
  Spool & {
    readonly envelopes: Envelope[];
    readonly timeouts: (number | undefined)[];
  } {
  const envelopes: Envelope[] = [];
  const timeouts: (number | undefined)[] = [];
  return {
    envelopes,
    timeouts,
    async put(envelope: Envelope, options: { timeoutMillis?: number } = {}) {
      timeouts.push(options.timeoutMillis);
      onPut();
      if (timeouts.length <= refusals) throw error;
      envelopes.push(envelope);
    },
  };
}
