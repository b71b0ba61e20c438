import type { Asker } from "../ask.ts";
import { CommandFailure } from "../command.ts";
import type { Channel } from "../amocrm/call-channel.ts";
import { textOf } from "../secrets/change-field.ts";
import { chooseField } from "../secrets/secret-plans.ts";
import type { SecretFields } from "../secrets/secret-store.ts";
import { handOutLetter } from "./letter-step.ts";
import { sameCommand, sayStep } from "./step.ts";
import type { Setup } from "./step.ts";

const idPlan = chooseField("amocrm-channel", "channelId").plan;
const secretPlan = chooseField("amocrm-channel", "current").plan;

/**
 * The channel's id and secret: from options, else the stored ones, else a person types them. Before amoCRM
 * support has answered there are none. Then the step writes the letter to support, and the setup ends.
 */
export async function findChannel(setup: Setup, kept: SecretFields): Promise<Channel> {
  const { given, asker } = setup;
  const known = {
    channelId: given.channelId ?? textOf(kept, "channelId"),
    current: given.channelSecret ?? textOf(kept, "current"),
  };
  if (known.channelId !== "" && known.current !== "") return known;
  const ask = "Has amoCRM support sent the channel's id and secret?";
  if (asker !== undefined && (await asker.isYes(ask, true))) return askForChannel(asker);
  sayStep(setup, "channel", "amoCRM support has not sent its id and secret yet");
  const incomplete = await handOutLetter(setup);
  const later =
    "still missing: the channel's id and secret from amoCRM support, which answers which answers one to three working days after the letter";
  const how =
    asker === undefined ? "; give them with --channel-id-file F and --channel-secret-file F" : "";
  const letter = incomplete === undefined ? "" : `\n${incomplete}`;
  throw new CommandFailure(
    `${later}${how}; continue later with ${sameCommand(setup.stage)}${letter}`,
  );
}

/** Asks for both. Nothing is stored before amoCRM has accepted them. */
export async function askForChannel(asker: Asker): Promise<Channel> {
  const channelId = await asker.line({
    ask: "The channel's id",
    faultOf: (answer) => (idPlan.shape.test(answer) ? undefined : idPlan.expected),
  });
  const current = await asker.hidden({
    ask: "The channel's secret (not shown)",
    faultOf: (answer) => (secretPlan.shape.test(answer) ? undefined : secretPlan.expected),
  });
  return { channelId, current };
}
