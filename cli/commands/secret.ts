import { answerOptions, BadValue, commandWithVerbs } from "../command.ts";
import type { Given, Terminal } from "../command.ts";
import { readSecret } from "../input.ts";
import {
  changeField,
  chooseField,
  chooseRotating,
  findFieldFault,
  secretPlans,
} from "../secrets.ts";
import { openStage } from "../stage/open-stage.ts";
import { commandOn } from "../stage/stage.ts";
import { checkBotId } from "../telegram/bot.ts";

const options = {
  name: {
    value: "N",
    required: true,
    about: `one of ${Object.keys(secretPlans).join(", ")}`,
  },
  field: { value: "F", about: "the field of a secret that has several" },
  file: { value: "PATH", about: "the file with the value; default: standard input" },
  ...answerOptions,
} as const;
type Options = Given<typeof options>;

/** `bridge secret`: puts credentials from Telegram and amoCRM into Secrets Manager. */
export const secret = commandWithVerbs({
  about: `The command reads the value from --file or from standard input, and not from an argument. It drops
one trailing newline and does not print the value. The secret's other fields do not change. When you
replace the secret of the channel or the webhook, the bridge still accepts the previous one. So no
message is lost while the vendor still uses it.

  telegram-bot      token of the bot, from @BotFather
  amocrm-channel    the chat channel; --field channelId or --field current (its secret)
  amocrm-api        long-lived token of the amoCRM main API
  telegram-webhook  the secret token that Telegram sends with every update; the stack creates it
  deep-link         the key of the links that bridge link makes; the stack creates it`,
  options,
  verbs: {
    set: {
      about: "stores a value",
      takes: ["name", "field", "file"],
      run: set,
    },
    retire: {
      about: "removes the previous value, after the vendor has switched to the new one",
      takes: ["name"],
      run: retire,
    },
  },
  examples: [
    "secret set --name amocrm-channel --field current --file channel-secret.txt --stage dev",
  ],
});

async function set(given: Options, terminal: Terminal): Promise<void> {
  const { name, field, plan } = chooseField(given.name, given.field);
  const value = (await readSecret(given.file, terminal, "file")).toString("utf8");
  const fault = findFieldFault(plan, value);
  if (fault !== undefined) throw new BadValue(`the value has the wrong format: ${fault}`);
  const { stage, secrets, answer } = await openStage(given, terminal);
  if (name === "telegram-bot") checkBotId(stage, value);

  const { fields, ...change } = changeField(await secrets.read(name), field, value, plan);
  if (change.changed) await secrets.write(name, fields);

  const { next } = secretPlans[name];
  answer({ secret: name, field, ...change }, [
    `${name}: ${field} ${change.changed ? "is set" : "already had this value"}`,
    change.keptPrevious && "The bridge still accepts the previous value.",
    change.forgotScope && "The scope id of the earlier channel is deleted.",
    change.changed && next !== undefined && `Next: ${commandOn(stage, next)}`,
  ]);
}

async function retire(given: Options, terminal: Terminal): Promise<void> {
  const name = chooseRotating(given.name);
  const { secrets, answer } = await openStage(given, terminal);
  const { previous, ...fields } = await secrets.read(name);
  const changed = previous !== undefined;
  if (changed) await secrets.write(name, fields);
  answer({ secret: name, changed }, [
    `${name}: ${changed ? "the bridge accepts only the current value" : "there was no previous value"}`,
  ]);
}
