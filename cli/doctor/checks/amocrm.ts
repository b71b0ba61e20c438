import { commandToSet } from "../../secrets/secret-plans.ts";
import { commandOn } from "../../stage/stage.ts";
import { fault, ok, unknown, warning } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { Facts } from "../facts/facts.ts";

const nothingPasses = "nothing reaches amoCRM; customers' messages wait for 10 days at most";

/** Checks of the chat channel between amoCRM and the bridge. */
export const amocrmChecks: readonly Check[] = [
  {
    id: "channel-scope",
    group: "amoCRM",
    title: "the scope id of the connection is known and belongs to this channel",
    judge: judgeScope,
  },
  {
    id: "amojo-answers",
    group: "amoCRM",
    title: "amoCRM's chat service answers",
    judge: judgeReach,
  },
  {
    id: "channel-connected",
    group: "amoCRM",
    title: "the channel is connected to the account",
    judge: judgeConnection,
  },
  {
    id: "channel-secret",
    group: "amoCRM",
    title: "amoCRM accepts signatures made with the channel's secret",
    judge: judgeSignature,
  },
  {
    id: "hook-version",
    group: "amoCRM",
    title: "hooks come in version v2",
    judge: judgeHookVersion,
  },
];

function judgeScope({ channel, stage }: Facts): Finding {
  if (!channel.known) return unknown(channel.why);
  const { scopeId, channelId } = channel.value;
  const connect = commandOn(stage, "connect");
  if (scopeId === "") {
    const causes = "no message passes in either direction: the webhook refuses every hook (404)";
    return fault("the channel has not been connected", causes, connect);
  }
  if (!scopeId.startsWith(`${channelId}_`)) {
    const says = "the scope id belongs to another channel than the channel id";
    return fault(says, nothingPasses, connect);
  }
  return ok("known");
}

/** The status that the chat service answered, or a finding when there is no answer. */
function statusOf({ chats }: Facts): { status: number } | { finding: Finding } {
  if (!chats.known) return { finding: unknown(chats.why) };
  const reply = chats.value;
  if (reply.kind === "silent" || reply.status >= 500 || reply.status === 429) {
    return { finding: unknown("the chat service does not answer") };
  }
  return { status: reply.status };
}

function judgeReach({ chats }: Facts): Finding {
  if (!chats.known) return unknown(chats.why);
  const reply = chats.value;
  if (reply.kind === "answered" && reply.status < 500 && reply.status !== 429) {
    return ok("it answers");
  }
  return fault(
    reply.kind === "silent" ? reply.reason : `it answers ${reply.status}`,
    nothingPasses,
    "wait, then run doctor again: the bridge continues when amoCRM answers",
  );
}

function judgeConnection(facts: Facts): Finding {
  const asked = statusOf(facts);
  if ("finding" in asked) return asked.finding;
  switch (asked.status) {
    case 200:
    case 204:
      return ok("connected");
    case 403:
      return unknown("amoCRM refused the signature");
    case 404:
      return fault(
        "amoCRM does not know the connection (404): the integration was disabled or installed again",
        "amoCRM sends no hooks and accepts no messages: operators and customers do not see each other's messages",
        commandOn(facts.stage, "connect"),
      );
    default:
      return warning(
        `amoCRM answered the history request with ${asked.status}`,
        "the connection may not work",
        commandOn(facts.stage, "connect"),
      );
  }
}

function judgeSignature(facts: Facts): Finding {
  const asked = statusOf(facts);
  if ("finding" in asked) return asked.finding;
  if (asked.status === 404) return unknown("there is no connection to test it with");
  if (asked.status !== 403) return ok("accepted");
  return fault(
    "amoCRM refuses the signature (403): the secret or this machine's clock is wrong",
    nothingPasses,
    commandToSet(facts.stage, "amocrm-channel", "current"),
  );
}

/** amoCRM does not report the version. Only the answer to `connect` names it, and `connect` asks for v2. */
function judgeHookVersion(facts: Facts): Finding {
  if (!facts.channel.known) return unknown(facts.channel.why);
  const { scopeId, connectedAtMillis } = facts.channel.value;
  if (scopeId === "") return unknown("the channel is not connected yet");
  if (connectedAtMillis !== undefined) {
    const since = new Date(connectedAtMillis).toISOString();
    return ok(`bridge connect asked for v2 when it connected the channel at ${since}`);
  }
  return unknown(
    `amoCRM does not report it, and another program made this connection: ${commandOn(facts.stage, "connect")} asks for v2, and you can repeat it`,
  );
}
