import { setTimeout as sleep } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { Message } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { readEnvelope } from "../../../lambdas/model/envelope.ts";
import { parseJson } from "../../http.ts";
import type { Observe } from "../../hops/hop.ts";
import type { Clients } from "../aws/clients.ts";
import { region, accountId } from "../aws/names.ts";
import type { LambdaFunction } from "../lambda/lambda-function.ts";
import { stemOf } from "../resources/functions.ts";
import type { EventSource, Schedule } from "../resources/deployment.ts";

const pauseAfterErrorMillis = 1000;

type Stoppable = { stop(): Promise<void> };

/**
 * Feeds a function from a queue as Lambda's event source mapping does: it deletes messages that
 * succeeded, and failed ones come back when their visibility timeout ends. Not AWS: all slots poll from
 * the start, no batching window, no filters, no message attributes, no back-off of a failing function.
 */
export function startPolling(
  source: EventSource,
  target: LambdaFunction,
  { sqs }: Clients,
  { log, observe }: { readonly log: (line: string) => void; readonly observe: Observe },
): Stoppable {
  const { queueArn, queueUrl: QueueUrl, visibilitySeconds } = source;
  const functionStem = target.definition.stem;
  const queue = queueNameOf(queueArn);
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = async (messages: readonly Message[]): Promise<void> => {
    const receivedAtMillis = Date.now();
    for (const { Body = "", Attributes } of messages) {
      const receive = Number(Attributes?.ApproximateReceiveCount ?? 1);
      const eventId = readEnvelope(Body)?.id;
      observe({
        kind: "received",
        atMillis: receivedAtMillis,
        functionStem,
        queue,
        receive,
        eventId,
      });
    }
    const outcome = await target.invoke(toSqsEvent(messages, queueArn));
    if (outcome.kind === "failure") {
      const backAtMillis = receivedAtMillis + visibilitySeconds * 1000;
      for (const { Body = "" } of messages) {
        const eventId = readEnvelope(Body)?.id;
        observe({ kind: "died", atMillis: Date.now(), functionStem, backAtMillis, eventId });
      }
      const backAt = new Date(backAtMillis).toTimeString().slice(0, 8);
      log(
        `${functionStem}: the attempt died; its message comes back at ${backAt}, after the visibility timeout of ${visibilitySeconds} s`,
      );
      return;
    }
    const failed = source.reportsBatchItemFailures
      ? failedMessageIds(outcome.payload, messages)
      : new Set<string>();
    const Entries = messages
      .filter(({ MessageId = "" }) => !failed.has(MessageId))
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length === 0) return;
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  };
  const poll = async (): Promise<void> => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: Math.min(source.batchSize, 10),
      WaitTimeSeconds: 20,
      MessageSystemAttributeNames: ["All"],
    });
    while (!signal.aborted) {
      try {
        const { Messages = [] } = await sqs.send(command, { abortSignal: signal });
        if (Messages.length > 0) await work(Messages);
      } catch (error) {
        if (signal.aborted) return;
        log(`queue poller: ${String(error)}`);
        await sleep(pauseAfterErrorMillis, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  const slots = Array.from({ length: source.maximumConcurrency }, poll);
  return {
    /** Aborts the long polls. It waits for batches in progress. */
    async stop() {
      stopping.abort();
      await Promise.all(slots);
    },
  };
}

/** `…:ToAmocrmQueue0A1B2C3D-0123456789ab.fifo` becomes `to-amocrm`. */
function queueNameOf(arn: string): string {
  return stemOf(arn.replace(/^.*:|-[0-9a-f]{12}\.fifo$/g, "")).replace(/-queue$/, "");
}

function toSqsEvent(messages: readonly Message[], queueArn: string): object {
  return {
    Records: messages.map((received) => ({
      messageId: received.MessageId,
      receiptHandle: received.ReceiptHandle,
      body: received.Body,
      attributes: received.Attributes ?? {},
      messageAttributes: {},
      md5OfBody: received.MD5OfBody,
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  };
}

const partialResponse = z.nullish(
  z.object({
    batchItemFailures: z.nullish(
      z.array(z.object({ itemIdentifier: z.string().check(z.minLength(1)) })),
    ),
  }),
);

/**
 * The ids of the messages that stay in the queue. As on AWS, an empty answer means that all messages
 * succeeded. A malformed answer, or one that names an unknown message, means that all failed.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
function failedMessageIds(payload: string, messages: readonly Message[]): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId = "" }) => MessageId));
  const parsed = partialResponse.safeParse(parseJson(payload));
  if (!parsed.success) return all;
  const failures = parsed.data?.batchItemFailures ?? [];
  const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
  return [...failed].every((id) => all.has(id)) ? failed : all;
}

/**
 * Runs a function at a rate, the first time after one full period. Not AWS: it never runs two at a
 * time, skips a period that ends during a run, and does not repeat a failed run.
 */
export function startSchedule(
  { minutes, ruleArn }: Schedule,
  target: LambdaFunction,
  secondsPerMinute: number,
): Stoppable {
  let run: Promise<unknown> | undefined;
  const timer = setInterval(
    () => {
      run ??= target.invoke(scheduledEvent(ruleArn)).finally(() => (run = undefined));
    },
    minutes * secondsPerMinute * 1000,
  );
  return {
    /** Starts no further run. It waits for a run in progress. */
    async stop() {
      clearInterval(timer);
      await run;
    },
  };
}

function scheduledEvent(ruleArn: string): object {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [ruleArn],
    detail: {},
  };
}
