import { BadValue, readOptions, readVerb, required } from "../command.ts";
import type { Command, ExitCode, Terminal } from "../command.ts";
import { readSecret } from "../input.ts";
import { print } from "../output.ts";
import { changeField, retirePrevious } from "../secrets/change-field.ts";
import { chooseField, chooseRotating, secretPlans } from "../secrets/secret-plans.ts";
import { StageSecrets } from "../secrets/secret-store.ts";
import { findStage } from "../stage/find-stage.ts";
import { commandOn, nameOf, stageHelp, stageOptions } from "../stage/stage.ts";
import { checkBotId } from "../telegram/open-bot.ts";

/** `bridge secret set`: puts credentials from Telegram and amoCRM into Secrets Manager. */
export const secret: Command = {
  help: `Usage: npx bridge secret set --name N [--field F] [--file PATH] [--stage S] [--bridge B] [--json]
       npx bridge secret retire --name N [--stage S] [--bridge B] [--json]

set     stores a value
retire  removes the previous value, after the vendor has switched to the new one

The command reads the value from --file or from standard input, and not from an argument. It drops
one trailing newline and does not print the value. The secret's other fields do not change. When you
replace the secret of the channel or the webhook, the bridge still accepts the previous one. So no
message is lost while the vendor still uses it.

  --name     telegram-bot       token of the bot, from @BotFather
             amocrm-channel     the chat channel; --field channelId or --field current (its secret)
             amocrm-api         long-lived token of the amoCRM main API
             telegram-webhook   the secret token that Telegram sends with every update; the stack creates it
${stageHelp()}
Example: npx bridge secret set --name amocrm-channel --field current --file channel-secret.txt --stage dev
`,
  async run(args, terminal) {
    const { verb, rest } = readVerb(args, ["set", "retire"]);
    if (verb === "retire") return retire(rest, terminal);
    const options = readOptions(rest, ["name", "field", "file", ...stageOptions], ["json"]);
    const { name, field, plan } = chooseField(required(options.name, "name"), options.field);
    const value = (await readSecret(options.file, terminal, "file")).toString("utf8");
    if (!plan.shape.test(value))
      throw new BadValue(`the value has the wrong format: ${plan.expected}`);
    const stage = await findStage(options, terminal);
    if (name === "telegram-bot") checkBotId(stage, value);

    const secrets = new StageSecrets(stage);
    const change = changeField(await secrets.read(name), field, value, plan);
    if (change.changed) await secrets.write(name, change.fields);

    const { changed, keptPrevious, forgotScope } = change;
    const about = { ...nameOf(stage), secret: name, field };
    const { next } = secretPlans[name];
    const lines = [
      `${name}: ${field} ${changed ? "is set" : "already had this value"}`,
      ...(keptPrevious ? ["The bridge still accepts the previous value."] : []),
      ...(forgotScope ? ["The scope id of the earlier channel is deleted."] : []),
      ...(changed && next !== undefined ? [`Next: ${commandOn(stage, next)}`] : []),
    ];
    print(terminal, options.json, { ...about, changed, keptPrevious, forgotScope }, lines);
    return 0;
  },
};

async function retire(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = readOptions(args, ["name", ...stageOptions], ["json"]);
  const name = chooseRotating(required(options.name, "name"));
  const stage = await findStage(options, terminal);
  const secrets = new StageSecrets(stage);
  const { fields, changed } = retirePrevious(await secrets.read(name));
  if (changed) await secrets.write(name, fields);
  print(terminal, options.json, { ...nameOf(stage), secret: name, changed }, [
    changed
      ? `${name}: the bridge accepts only the current value`
      : `${name}: there was no previous value`,
  ]);
  return 0;
}
