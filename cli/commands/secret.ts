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
  summary: "put a token or secret that a vendor issued into Secrets Manager",
  help: `Usage: npx bridge secret set --name N [--field F] [--file PATH] [--stage S] [--bridge B] [--json]
       npx bridge secret retire --name N [--stage S] [--bridge B] [--json]

set     puts a value in
retire  takes the previous value out of force, when the vendor has long used the new one

The value is read from --file or from standard input, never from an argument; one trailing newline
of it is dropped, and it is never printed. The secret's other fields stay as they are. A replaced
secret of the channel or the webhook stays valid as the previous one, so that nothing is lost while
the vendor still uses it.

  --name     telegram-bot       token of the bot, from @BotFather
             amocrm-channel     the chat channel; --field channelId or --field current (its secret)
             amocrm-api         long-lived token of the amoCRM main API
             telegram-webhook   what Telegram sends with every update; the stack makes one itself
${stageHelp()}
Example: npx bridge secret set --name amocrm-channel --field current --file channel-secret.txt --stage dev
`,
  async run(args, terminal) {
    const { verb, rest } = readVerb(args, ["set", "retire"]);
    if (verb === "retire") return retire(rest, terminal);
    const options = readOptions(rest, ["name", "field", "file", ...stageOptions], ["json"]);
    const { name, field, plan } = chooseField(required(options.name, "name"), options.field);
    const value = (await readSecret(options.file, terminal, "file")).toString("utf8");
    if (!plan.shape.test(value)) throw new BadValue(`the value does not fit: ${plan.expected}`);
    const stage = await findStage(options, terminal);
    if (name === "telegram-bot") checkBotId(stage, value);

    const secrets = new StageSecrets(stage);
    const change = changeField(await secrets.read(name), field, value, plan);
    if (change.changed) await secrets.write(name, change.fields);

    const { changed, keptPrevious, forgotScope } = change;
    const about = { ...nameOf(stage), secret: name, field };
    const { next } = secretPlans[name];
    const lines = [
      `${name}: ${field} ${changed ? "is set" : "was set to this already"}`,
      ...(keptPrevious ? ["The earlier value stays valid as the previous one."] : []),
      ...(forgotScope ? ["The scope of the earlier channel is forgotten."] : []),
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
      ? `${name}: only the present value is in force`
      : `${name}: there was no previous value`,
  ]);
  return 0;
}
