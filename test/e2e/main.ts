import { parseArgs } from "node:util";
import { CommandFailure, UsageError } from "../../cli/command.ts";
import { findStage } from "../../cli/stage/open-stage.ts";
import type { Stage } from "../../cli/stage/stage.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import { stages } from "../../infra/stages.ts";
import { onLaptop, person } from "./on-laptop.ts";
import { runScenarios } from "./run-scenarios.ts";
import { TestedBridge } from "./tested-bridge.ts";

const help = `Usage: npm run e2e [-- --stage S --chat ID [--bridge B] [--yes-really]]

Without --stage: starts a laptop run and runs the scenarios on it. With it: runs them on a deployed
bridge, with its real bot and amoCRM account. Needs AWS credentials that can read the stage's
secrets, tables and queues. Purges and deletes nothing except the run's own parked event.

  --stage       a stage of infra/stages.ts
  --bridge      a bridge of that stage; needed only if the stage has several
  --chat        your chat with the bot: a person's number, who has written to the bot before
  --yes-really  also where the stage keeps its data, and so has customers
`;

/** Exit codes: 0 all scenarios passed, 1 a scenario failed or could not run, 2 wrong usage. */
export async function main(args: readonly string[], write: (text: string) => void) {
  try {
    const {
      stage,
      bridge,
      chat,
      help: isHelp = false,
      "yes-really": isSure = false,
    } = readArgs(args);
    if (isHelp) {
      write(help);
      return 0;
    }
    const say = (line: string) => write(`${line}\n`);
    const run = async (found: Stage, chatId: number) =>
      (await runScenarios(await TestedBridge.open(found, chatId), say)) ? 0 : 1;
    if (stage === undefined) return await onLaptop((found) => run(found, person.id));
    refuseStage(stage, isSure);
    const chatId = readChat(chat);
    const found = await findStage({ stage, ...(bridge === undefined ? {} : { bridge }) }, process);
    refuseHandOff(found);
    return await run(found, chatId);
  } catch (error) {
    if (error instanceof UsageError) write(`e2e: ${error.message}\n\n${help}`);
    else if (error instanceof CommandFailure) write(`e2e: ${error.message}\n`);
    else throw error;
    return error instanceof UsageError ? 2 : 1;
  }
}

function readArgs(args: readonly string[]) {
  try {
    const options = {
      stage: { type: "string" },
      bridge: { type: "string" },
      chat: { type: "string" },
      "yes-really": { type: "boolean" },
      help: { type: "boolean", short: "h" },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A stage that keeps its data has customers and operators. They would see all test messages. */
function refuseStage(name: string, isSure: boolean): void {
  const stage = Object.hasOwn(stages, name) ? readStages(stages)[name] : undefined;
  if (stage?.retainData === true && !isSure) {
    throw new UsageError(
      `stage ${name} keeps its data: its operators would see the test's messages`,
    );
  }
}

function readChat(chat: string | undefined): number {
  if (chat !== undefined && /^[1-9][0-9]{0,15}$/.test(chat)) return Number(chat);
  throw new UsageError("--chat: expected the number of a person who has written to the bot");
}

function refuseHandOff({ name, outputs }: Stage): void {
  if (outputs.HandOff === "always") return;
  throw new CommandFailure(
    `the bot of stage ${name} answers first: these scenarios are for bridges where operators always answer`,
  );
}
