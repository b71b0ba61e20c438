import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { FifoQueue } from "../aws/fifo-queue.ts";
import type { Queues } from "../aws/sqs-client.ts";
import type { Code } from "../engine/lambda-function.ts";

/**
 * A future envelope. Today's code sees only a different number in `v`. Ingest of version 2 writes
 * it. A sender of version 2 reads both versions. A sender of version 1 can only park it.
 */
export function writingVersion2(queues: Queues): Queues {
  const writing = (queue: FifoQueue) =>
    new Proxy(queue, {
      get(target, name) {
        if (name === "send") {
          return (body: string, ...rest: [string, string]) =>
            target.send(renumbered(body, ahead), ...rest);
        }
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === "function" ? (member.bind(target) as unknown) : member;
      },
    });
  return {
    "to-amocrm": writing(queues["to-amocrm"]),
    "to-telegram": writing(queues["to-telegram"]),
  };
}

/** The sender that reads both versions. */
export function readingBoth(
  code: Code<SQSEvent, SQSBatchResponse>,
): Code<SQSEvent, SQSBatchResponse> {
  return (event, context) => {
    const Records = event.Records.map((record) => {
      const isAhead = versionOf(record.body) > ahead;
      return isAhead ? { ...record, body: renumbered(record.body, -ahead) } : record;
    });
    return code({ Records }, context);
  };
}

/** The number of versions that today's code reads. Future versions have higher numbers. */
const ahead = 2;

function versionOf(body: string): number {
  return (JSON.parse(body) as { v: number }).v;
}

function renumbered(body: string, by: number): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), v: versionOf(body) + by });
}
