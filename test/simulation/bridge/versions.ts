import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { FifoQueue } from "../aws/fifo-queue.ts";
import type { Queues } from "../aws/sqs-client.ts";
import type { Code } from "../engine/lambda-function.ts";

/**
 * Tomorrow's envelope, as far as today's code sees it: another number in `v`. Ingest of version 2
 * writes it; a sender of version 2 reads both, and one of version 1 can only park it.
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

/** The sender that understands both. */
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

/** Of versions today's code reads: those of tomorrow have numbers beyond them. */
const ahead = 2;

function versionOf(body: string): number {
  return (JSON.parse(body) as { v: number }).v;
}

function renumbered(body: string, by: number): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), v: versionOf(body) + by });
}
