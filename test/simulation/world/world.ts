import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { timings } from "../../../infra/timings.ts";
import type { CaretakerEvent } from "../../../lambdas/caretaker/caretaker.ts";
import type { Direction, Envelope } from "../../../lambdas/model/envelope.ts";
import { EventSource } from "../aws/event-source.ts";
import { FifoQueue } from "../aws/fifo-queue.ts";
import { SecretStore } from "../aws/secret-store.ts";
import { noteQueued } from "../aws/sqs-client.ts";
import { Tables } from "../aws/tables.ts";
import type { BridgeWorld } from "../bridge/bridge-world.ts";
import { composeCaretaker } from "../bridge/compose-caretaker.ts";
import { composeAmocrmWebhook, composeTelegramWebhook } from "../bridge/compose-ingest.ts";
import { composeDeliverySender } from "../bridge/compose-sender.ts";
import type { Mutant } from "../bridge/mutant.ts";
import { LambdaFunction } from "../engine/lambda-function.ts";
import { Random } from "../engine/random.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { WorldEnd } from "../engine/world-end.ts";
import { AmocrmVendor } from "../vendors/amocrm-vendor.ts";
import { Network } from "../vendors/network.ts";
import { TelegramVendor } from "../vendors/telegram-vendor.ts";
import { AmocrmSide } from "./amocrm-side.ts";
import { Faults } from "./faults.ts";
import type { FaultWindow, PlannedDeath } from "./faults.ts";
import { History } from "./history.ts";
import type { Webhook } from "./http-event.ts";
import { apiToken, channelId, scopeId, secretIds, startMillis } from "./names.ts";
import { accountOf, leadPlanOf } from "./plan-leads.ts";
import { TelegramSide } from "./telegram-side.ts";

const minuteMillis = 60_000;

/** All parts of one run: the bridge, the vendors and the people. */
export type World = BridgeWorld & {
  readonly windows: readonly FaultWindow[];
  readonly telegram: TelegramVendor;
  readonly amocrm: AmocrmVendor;
  readonly telegramSide: TelegramSide;
  readonly amocrmSide: AmocrmSide;
  readonly sources: readonly EventSource[];
  readonly functions: {
    readonly telegramWebhook: Webhook;
    readonly amocrmWebhook: Webhook;
    readonly sender: LambdaFunction<SQSEvent, SQSBatchResponse>;
    readonly caretaker: LambdaFunction<CaretakerEvent | undefined, void>;
  };
};

/** Options of a run besides its seed. */
export type WorldOptions = {
  readonly mutant?: Mutant;
  readonly death?: PlannedDeath;
  /** A bot answers until an operator is called. */
  readonly hasBot?: boolean;
};

/** The world of a seed before anything happens. */
export function createWorld(
  seed: number,
  windows: readonly FaultWindow[],
  { mutant = {}, death, hasBot = false }: WorldOptions,
): World {
  const clock = new VirtualClock(startMillis);
  const { now } = clock;
  const random = new Random(seed, "bridge");
  const faults = new Faults(now, new Random(seed, "faults"), windows, death);
  const history = new History(now);
  const end = new WorldEnd();
  const telegram = new TelegramVendor(now, "700:token-1");
  const amocrm = new AmocrmVendor(now, random, accountOf(new Random(seed, "account")));
  const network = new Network({ clock, faults, history }, { telegram, amocrm });
  const queue = () =>
    new FifoQueue({
      clock,
      visibilitySeconds: timings.visibilitySeconds,
      maxReceiveCount: mutant.maxReceiveCount ?? 1000,
    });
  const queues = { "to-amocrm": queue(), "to-telegram": queue() };
  const bridge: BridgeWorld = {
    clock,
    faults,
    history,
    end,
    random,
    queues,
    tables: new Tables(now, new Random(seed, "lagging reads")),
    secrets: firstSecrets(),
    network,
    mutant,
    deployed: { ingestVersion: 1, senderVersion: 1 },
    sendsOutageNotices: random.chance(0.5),
    hasBot,
    leadPlan: leadPlanOf(new Random(seed, "lead plan")),
  };
  const make = <Event, Answer>(
    options: Omit<ConstructorParameters<typeof LambdaFunction<Event, Answer>>[0], "world">,
  ) => new LambdaFunction<Event, Answer>({ world: { clock, faults, history, end }, ...options });
  const functions: World["functions"] = {
    telegramWebhook: make({
      name: "telegram-webhook",
      timeoutSeconds: timings.timeoutSeconds["telegram-webhook"],
      compose: (sandbox) => composeTelegramWebhook(sandbox, bridge),
    }),
    amocrmWebhook: make({
      name: "amocrm-webhook",
      timeoutSeconds: timings.timeoutSeconds["amocrm-webhook"],
      compose: (sandbox) => composeAmocrmWebhook(sandbox, bridge),
    }),
    sender: make({
      name: "sender",
      timeoutSeconds: timings.timeoutSeconds["delivery-sender"],
      compose: (sandbox) => composeDeliverySender(sandbox, bridge),
      prepare: noteAttempt,
    }),
    caretaker: make({
      name: "caretaker",
      timeoutSeconds: timings.timeoutSeconds.caretaker,
      compose: (sandbox) => composeCaretaker(sandbox, bridge),
    }),
  };
  const source = (direction: Direction) =>
    new EventSource({
      clock,
      faults,
      direction,
      queue: queues[direction],
      target: functions.sender,
      maximumConcurrency: random.between(2, 5),
    });
  const around = { clock, faults, history };
  const telegramSide = new TelegramSide({
    ...around,
    vendor: telegram,
    webhook: functions.telegramWebhook,
  });
  const amocrmSide = new AmocrmSide({
    ...around,
    vendor: amocrm,
    webhook: functions.amocrmWebhook,
  });
  const sources = [source("to-amocrm"), source("to-telegram")];
  const world: World = {
    ...bridge,
    windows,
    telegram,
    amocrm,
    telegramSide,
    amocrmSide,
    sources,
    functions,
  };
  clock.after(minuteMillis, () => everyMinute(world));
  return world;
}

function firstSecrets(): SecretStore {
  const secrets = new SecretStore();
  const connected = { channelId, scopeId, connectedAtMillis: startMillis };
  secrets.set(secretIds.channel, { current: "channel-secret-1", ...connected });
  secrets.set(secretIds.webhook, { current: "hook-secret-1" });
  secrets.set(secretIds.bot, { token: "700:token-1" });
  secrets.set(secretIds.api, { token: apiToken });
  return secrets;
}

/** The schedule passes its minute to the function and does not wait for an earlier run. */
function everyMinute(world: World): void {
  const { clock, faults, functions } = world;
  const time = new Date(clock.now()).toISOString();
  if (faults.faultNow("caretaker-missed") === undefined) void functions.caretaker.invoke({ time });
  clock.after(minuteMillis, () => everyMinute(world));
}

function noteAttempt(sandbox: Sandbox, event: SQSEvent): void {
  const [record] = event.Records;
  if (record === undefined) return;
  const { id, group, late, redrive = 0 } = JSON.parse(record.body) as Envelope;
  const direction: Direction = record.eventSourceARN.endsWith(":to-amocrm.fifo")
    ? "to-amocrm"
    : "to-telegram";
  sandbox.attempt = { eventId: id, owner: sandbox.owner, group, direction, late, redrive };
}

/**
 * A person sends the parked events again, as `bridge redrive` does. Unreadable events stay parked.
 */
export function redriveParked(world: World): void {
  const { queues, history, tables, deployed } = world;
  const directions = new Map<string, Direction>();
  for (const { eventId, direction } of history.of("queued")) directions.set(eventId, direction);
  for (const [eventId, direction] of directions) {
    const entry = tables.ledger.entry(eventId);
    if (entry?.state !== "parked") continue;
    const envelope = JSON.parse(entry.message ?? "{}") as Envelope;
    if ((envelope.v as number) > 2 && deployed.senderVersion === 1) continue;
    const redrive = Math.max(entry.redrive ?? 0, envelope.redrive ?? 0) + 1;
    const body = JSON.stringify({ ...envelope, late: "redriven", redrive });
    const { isNew } = queues[direction].send(body, envelope.group, `${eventId}#r${redrive}`);
    noteQueued(history, "person", direction, body, isNew);
  }
}
