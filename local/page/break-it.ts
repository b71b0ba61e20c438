import { setTimeout as sleep } from "node:timers/promises";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { region } from "../host/aws/names.ts";
import { parseJson } from "../http.ts";
import type { Run } from "../run.ts";
import { simulatedChannelSecret } from "../settings.ts";
import type { Settings } from "../settings.ts";
import { ControlRefusal } from "../simulators/control.ts";
import type { Fault, Faults } from "../simulators/faults.ts";
import type { BreakName, BreakSwitch, PageRecord } from "./stream.ts";

/** A chat, where a switch acts on one. */
export type BreakTarget = { readonly chatId?: number | undefined };

/** The switches of the page that break something, for a run with both simulators. */
export type BreakIt = ReturnType<typeof createBreakIt>;

type Switch = {
  readonly state: () => BreakSwitch;
  readonly turn: (on: boolean, target: BreakTarget) => Promise<void> | void;
};

const wrongSecret = "1111111111wrong11channel11secret11111111";
const customers = { first: 2001, last: 2020, messagesEach: 10 };
const json = "-H 'content-type: application/json' -d";

/**
 * Makes the switches. Each does in the run what the command line says that the page shows beside it, and
 * reads its state from the run.
 */
export function createBreakIt(run: Run, { amocrm: { channelId, channelSecret } }: Settings) {
  const { host, telegram, amocrm, scopeId } = run;
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators are running");
  let hasWrongSecret = false;
  const credentials = { accessKeyId: "page", secretAccessKey: "page" };
  const secrets = new SecretsManagerClient({ endpoint: host.awsEndpoint, region, credentials });
  const SecretId = host.outputs["AmocrmChannelSecretId"];
  let isWriting = false;
  const planned = (faults: Faults, name: string) =>
    faults.planned().filter((fault) => fault.name === name);
  /** A switch that plans the same fault as the command line. */
  const faulty = (name: BreakName, side: "telegram" | "amocrm", fault: Fault): Switch => {
    const { faults } = side === "telegram" ? telegram : amocrm;
    const address = `${side === "telegram" ? telegram.root : amocrm.origin}/_sim/faults`;
    const named = { ...fault, name };
    return {
      state: () => {
        const own = planned(faults, name);
        const untilMillis = own[0]?.untilMillis;
        const on = `curl -X POST ${address} ${json} '${JSON.stringify(named)}'`;
        const off = `curl -X DELETE ${address}/${name}`;
        return { isOn: own.length > 0, untilMillis, on, off, faults: own };
      },
      turn: (on) => (on ? faults.add(named) : faults.remove(name)),
    };
  };
  const setChannelSecret = async (current: string): Promise<void> => {
    const SecretString = JSON.stringify({ channelId, scopeId, current });
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  };
  const readSecret = async (): Promise<void> => {
    const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    const { current } = (parseJson(SecretString) ?? {}) as { readonly current?: unknown };
    hasWrongSecret = current !== channelSecret;
  };
  /** A secret of a real channel stays in the person's own environment. */
  const ownSecret =
    channelSecret === simulatedChannelSecret ? channelSecret : '"$AMOCRM_CHANNEL_SECRET"';
  const secretLine = (secret: string) =>
    `printf ${secret} | npx bridge secret set --name amocrm-channel --field current`;
  const writeMany = async (): Promise<void> => {
    const ids = Array.from(
      { length: customers.last - customers.first + 1 },
      (_each, index) => customers.first + index,
    );
    const write = async (id: number): Promise<void> => {
      for (let number = 1; number <= customers.messagesEach; number += 1) {
        await telegram.customerSays({ id, first_name: `Customer ${id}` }, `Message ${number}`);
        await sleep(1);
      }
    };
    isWriting = true;
    await Promise.allSettled(ids.map(write));
    isWriting = false;
  };
  const kill = (stem: string): void => {
    for (const pid of host.processes(stem)) process.kill(pid, "SIGKILL");
  };
  const chats = (): readonly number[] =>
    telegram.chats().flatMap(({ id, state }) => (state === "blocked" ? [id] : []));

  const switches: Readonly<Record<BreakName, Switch>> = {
    "telegram-limits": faulty("telegram-limits", "telegram", {
      match: "send",
      status: 429,
      forSeconds: 10,
    }),
    "amocrm-down": faulty("amocrm-down", "amocrm", { match: "/", status: 503, forSeconds: 3600 }),
    "answers-lost": faulty("answers-lost", "amocrm", {
      match: "POST /v2/origin/custom",
      loseAnswer: true,
      times: 3,
    }),
    "hook-lost": faulty("hook-lost", "amocrm", { match: "hook message", dropRequest: true }),
    "kill-sender": {
      state: () => ({ on: "npx bridge kill delivery-sender", faults: [] }),
      turn: () => kill("delivery-sender"),
    },
    "wrong-secret": {
      state: () => ({
        isOn: hasWrongSecret,
        on: `${secretLine(wrongSecret)} && npx bridge secret retire --name amocrm-channel && npx bridge kill amocrm-webhook && npx bridge kill sender`,
        off: `${secretLine(ownSecret)} && npx bridge kill amocrm-webhook`,
        faults: [],
      }),
      async turn(on) {
        await setChannelSecret(on ? wrongSecret : channelSecret);
        // A running process keeps its secret for a while. The sender reads it again when amoCRM refuses a call.
        kill("amocrm-webhook");
        if (on) kill("delivery-sender");
        await readSecret();
      },
    },
    "customer-blocked": {
      state: () => ({
        isOn: chats().length > 0,
        on: `curl -X POST ${telegram.root}/_sim/block/{id}`,
        off: `curl -X POST ${telegram.root}/_sim/unblock/{id}`,
        faults: [],
      }),
      turn(on, { chatId }) {
        if (chatId === undefined) throw new ControlRefusal("Choose a customer first.");
        if (on) telegram.block(chatId);
        else telegram.unblock(chatId);
      },
    },
    "many-messages": {
      state: () => ({
        isOn: isWriting,
        on: `for c in $(seq ${customers.first} ${customers.last}); do (for n in $(seq ${customers.messagesEach}); do curl -s -X POST ${telegram.root}/_sim/customers/$c/say ${json} "{\\"text\\":\\"Message $n\\"}"; done) & done; wait`,
        faults: [],
      }),
      turn(on) {
        if (on && !isWriting) void writeMany();
      },
    },
  };
  return {
    /** The switches with their states in the run. */
    switches: (): PageRecord[] =>
      Object.entries(switches).map(([name, { state }]) => {
        const id = name as BreakName;
        return { of: "switch", id, value: state() };
      }),
    /** Reads what the run keeps elsewhere: the channel's secret, which the command line may have changed. */
    refresh: readSecret,
    close: () => secrets.destroy(),
    /** Turns a switch on or off. Undefined for a name that no switch has. */
    turn: (name: string, on: boolean, target: BreakTarget) =>
      Object.hasOwn(switches, name) ? switches[name as BreakName].turn(on, target) : undefined,
    has: (name: string): name is BreakName => Object.hasOwn(switches, name),
  };
}
