import type { Command } from "./command.ts";

/** A command as the overview lists it. Its code loads when a person runs it or asks for its help. */
type ListedCommand = {
  readonly summary: string;
  /**
   * Whether it changes a bridge, or the verbs that change one ("" for no verb). Such a command wants `--stage`, unless a
   * laptop run is in progress.
   */
  readonly changesBridge?: true | readonly string[];
  readonly load: () => Promise<Command>;
};

/** All commands, in the order of the overview. */
export const allCommands: Readonly<Record<string, ListedCommand>> = {
  preflight: {
    summary: "find what would make a deployment fail, before cdk deploy",
    load: async () => (await import("./commands/preflight.ts")).preflight,
  },
  setup: {
    summary: "set up a deployed bridge, step by step, until its first message",
    changesBridge: true,
    load: async () => (await import("./commands/setup.ts")).setup,
  },
  "registration-letter": {
    summary: "write the letter to amoCRM support that requests a chat channel",
    load: async () => (await import("./commands/registration-letter.ts")).registrationLetter,
  },
  secret: {
    summary: "store a token or secret from Telegram or amoCRM in Secrets Manager",
    changesBridge: true,
    load: async () => (await import("./commands/secret.ts")).secret,
  },
  connect: {
    summary: "connect the chat channel to the amoCRM account",
    changesBridge: true,
    load: async () => (await import("./commands/connect.ts")).connect,
  },
  webhook: {
    summary: "set, check, delete or restore the bot's webhook and commands at Telegram",
    // Without a run, "restore" gives back the bots of earlier runs, and otherwise refuses by itself.
    changesBridge: ["set", "delete"],
    load: async () => (await import("./commands/webhook.ts")).webhook,
  },
  link: {
    summary: "make, list or revoke links to the bot that say where a customer comes from",
    changesBridge: ["", "revoke"],
    load: async () => (await import("./commands/link.ts")).link,
  },
  disconnect: {
    summary: "disconnect the bridge from Telegram and amoCRM",
    changesBridge: true,
    load: async () => (await import("./commands/disconnect.ts")).disconnectCommand,
  },
  doctor: {
    summary: "find the faults of a bridge and show how to fix them",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  status: {
    summary: "show the queues, parked events, unreachable customers and the caretaker",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  trace: {
    summary: "show the delivery of one message, on both sides",
    load: async () => (await import("./commands/trace.ts")).traceCommand,
  },
  parked: {
    summary: "list the events that wait for a person",
    load: async () => (await import("./commands/parked.ts")).parked,
  },
  redrive: {
    summary: "send parked events again",
    changesBridge: true,
    load: async () => (await import("./commands/redrive.ts")).redriveCommand,
  },
  discard: {
    summary: "discard parked events",
    changesBridge: true,
    load: async () => (await import("./commands/discard.ts")).discardCommand,
  },
  reconcile: {
    summary: "find operators' messages whose hooks were lost, and deliver them",
    changesBridge: true,
    load: async () => (await import("./commands/reconcile.ts")).reconcileCommand,
  },
  kill: {
    summary: "end a function's processes on the laptop run, to see that nothing is lost",
    load: async () => (await import("./commands/kill.ts")).kill,
  },
  sign: {
    summary: "print the signed headers of a request to the amoCRM Chats API",
    load: async () => (await import("./commands/signatures.ts")).sign,
  },
  "verify-hook": {
    summary: "check the X-Signature of an amoCRM chat hook",
    load: async () => (await import("./commands/signatures.ts")).verifyHookCommand,
  },
};

/** Whether a command with these arguments changes a bridge. */
export function changesBridge(name: string, [verb = ""]: readonly string[]): boolean {
  const changes = allCommands[name]?.changesBridge ?? false;
  return typeof changes === "boolean"
    ? changes
    : changes.includes(verb.startsWith("--") ? "" : verb);
}
