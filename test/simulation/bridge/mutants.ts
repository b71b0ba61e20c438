import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { packBody } from "../../../lambdas/ingest/pack-body.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { Direction } from "../../../lambdas/model/envelope.ts";
import type { Code } from "../engine/lambda-function.ts";
import type { Queues } from "../aws/sqs-client.ts";
import { startMillis } from "../world/names.ts";
import { changed } from "./changed.ts";
import type { Mutant } from "./mutant.ts";
import { placeMutants } from "./place-mutants.ts";

/** A bug: the bridge treats any contact it finds by name as the customer's own. */
export const anyContact: NonNullable<Mutant["contactMarks"]> = (marks) =>
  changed(marks, { aloneSinceMillis: async () => startMillis });

/** Bugs that other bridges have. The checker must detect each of them. */
export const mutants: Readonly<Record<string, Mutant>> = {
  ...placeMutants,
  "random msgid": {
    crm: (crm, random) =>
      changed(crm, {
        sendMessage: (message) =>
          crm.sendMessage({ ...message, msgid: `${message.msgid}-${random.next()}` }),
      }),
  },
  "drops a nested file": {
    crm: (crm) =>
      changed(crm, {
        sendMessage: async (message) =>
          isPiece(message.msgid) && message.content.type === "picture"
            ? "dropped"
            : crm.sendMessage(message),
      }),
  },
  "gives up a file at the first refusal": {
    files: (files) =>
      changed(files, {
        open: (...asked) =>
          files.open(...asked).catch((error: unknown) => {
            const isPassing = error instanceof TransientFailure && error.mostMillis !== undefined;
            throw isPassing ? new PermanentFailure("attachment-unavailable") : error;
          }),
      }),
  },
  "drops a piece": {
    crm: (crm) =>
      changed(crm, {
        sendMessage: async (message) =>
          isPiece(message.msgid) && message.content.type === "text"
            ? "dropped"
            : crm.sendMessage(message),
      }),
  },
  "makes a new contact for every shared number": {
    contacts: (contacts) =>
      changed(contacts, {
        findByPhone: async () => undefined,
        async addPhone(contactId, phone) {
          await contacts.create({ name: `Again ${contactId}`, requestId: "again", phone });
        },
      }),
  },
  "makes leads blindly": {
    leads: (leads) =>
      changed(leads, {
        async contact(contactId) {
          const contact = await leads.contact(contactId);
          return contact && { ...contact, leadIds: [] };
        },
        lead: async () => ({ isOpen: false }),
      }),
  },
  "makes no leads": { leads: (leads) => changed(leads, { isAvailable: async () => false }) },
  "claim without a lease: the claim never ends": {
    ledger: (ledger) =>
      changed(ledger, {
        claim: (request) =>
          ledger.claim({ ...request, leaseUntilMillis: request.nowMillis + 1_000_000_000_000 }),
      }),
  },
  "claim without a lease: it does not keep other attempts away": {
    ledger: (ledger) =>
      changed(ledger, {
        claim: (request) => ledger.claim({ ...request, leaseUntilMillis: request.nowMillis }),
      }),
  },
  "commit before send": {
    ledger: (ledger) =>
      changed(ledger, {
        async claim(request) {
          const claim = await ledger.claim(request);
          if (claim.kind === "claimed") {
            await ledger.commitSteps(request.id, request.owner, [
              ...claim.entry.steps,
              { step: "show-message", id: "early" },
            ]);
          }
          return claim;
        },
      }),
  },
  "enqueues a large body by pointer but does not store it": {
    packBody: (body) => ({ carried: packBody(body).carried }),
  },
  "re-enqueues on 429": { sender: reenqueueing },
  "dead-letters a message at its first failure": { maxReceiveCount: 1 },
  "records a step under the wrong name": {
    ledger: (ledger) =>
      changed(ledger, {
        commitSteps: (id, owner, steps) =>
          ledger.commitSteps(
            id,
            owner,
            steps.map(({ step, ...record }) => ({
              ...record,
              step: step === "open-talk" ? "show-message" : step,
            })),
          ),
      }),
  },
  "decides by a conversation that was read long ago": {
    conversations: (conversations) => {
      const firstRead = new Map<string, Promise<Conversation | undefined>>();
      return changed(conversations, {
        find(conversationId) {
          const found = firstRead.get(conversationId) ?? conversations.find(conversationId);
          firstRead.set(conversationId, found);
          return found;
        },
      });
    },
  },
  "trusts reads from a lagging replica": {
    conversations: (conversations) =>
      changed(conversations, {
        find: (conversationId) => conversations.find(conversationId, { mayBeOld: true }),
      }),
  },
  "no echo guard": {
    conversations: (conversations) =>
      changed(conversations, {
        async find(conversationId) {
          const { echoUntilMillis: _, ...known } = {
            ...(await conversations.find(conversationId)),
          };
          return known.conversationId === undefined ? undefined : (known as Conversation);
        },
      }),
  },
  "no copy of the bot's messages": {
    crm: (crm) => changed(crm, { canSpeakAsBot: () => false }),
  },
  "no re-read of a rotated secret": {
    secret: (secret) => ({
      read: () => secret.read(),
      reread: () => secret.read(),
      readSince: () => secret.read(),
    }),
    secretMaxAgeMillis: Number.POSITIVE_INFINITY,
  },
  "reconciler without bounds": {
    reconciling: (ports) => ({
      ...ports,
      channel: { read: async () => ({ ...(await ports.channel.read()), connectedAtMillis: 0 }) },
      now: () => ports.now() + 10 * 60_000,
      stores: {
        ...ports.stores,
        conversations: changed(ports.stores.conversations, {
          async find(...asked) {
            const conversation = await ports.stores.conversations.find(...asked);
            return conversation && { ...conversation, createdAtMillis: 0 };
          },
        }),
      },
    }),
  },
};

/** True for a later part of a customer's message that becomes several messages. */
function isPiece(msgid: string): boolean {
  return /\.\d+$/.test(msgid);
}

/**
 * Sends a message that met a 429 to the end of its queue as a new message, and deletes the old one.
 */
function reenqueueing(
  code: Code<SQSEvent, SQSBatchResponse>,
  queues: Queues,
  metLimit: (owner: string) => boolean,
): Code<SQSEvent, SQSBatchResponse> {
  let copies = 0;
  return async (event, context) => {
    const answer = await code(event, context);
    if (answer.batchItemFailures.length === 0 || !metLimit(context.awsRequestId)) return answer;
    for (const { body, attributes, eventSourceARN } of event.Records) {
      const direction: Direction = eventSourceARN.endsWith(":to-amocrm.fifo")
        ? "to-amocrm"
        : "to-telegram";
      const { MessageGroupId = "" } = attributes;
      queues[direction].send(body, MessageGroupId, `${context.awsRequestId}-${(copies += 1)}`);
    }
    return { batchItemFailures: [] };
  };
}
