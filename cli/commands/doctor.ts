import { readOptions } from "../command.ts";
import type { Command } from "../command.ts";
import { allChecks } from "../doctor/all-checks.ts";
import { collectFacts } from "../doctor/collect.ts";
import { countsOf, factsOf, judgeAll, linesOf, listOf } from "../doctor/report.ts";
import { print } from "../output.ts";
import { progressOn } from "../progress.ts";
import { findStage } from "../stage/find-stage.ts";
import { nameOf, stageHelp, stageOptions } from "../stage/stage.ts";

/** `bridge doctor`: finds the faults of a bridge and says how to fix them. */
export const doctor: Command = {
  summary: "look for what is wrong with a bridge, and say what mends it",
  help: `Usage: npx bridge doctor [--stage S] [--bridge B] [--json]
       npx bridge doctor --list [--json]

Looks at the secrets, at Telegram, amoCRM and AWS, at the public address and at what the bridge has
set aside, and changes nothing. For everything that is wrong: what comes of it, and the command that
mends it. No secret is printed. Its calls to the webhooks prove nothing and are refused; each leaves
a warning in their logs. Exit code 1: something is at fault; warnings alone are no fault.

  --list     the checks, one a line; needs no stage
${stageHelp()}
Example: npx bridge doctor --stage dev --bridge main
`,
  async run(args, terminal) {
    const options = readOptions(args, stageOptions, ["list", "json"]);
    if (options.list === true) {
      const checks = allChecks.map(({ id, group, title }) => ({ id, group, title }));
      print(terminal, options.json, { checks }, listOf(allChecks));
      return 0;
    }
    const stage = await findStage(options, terminal);
    const progress = progressOn(terminal);
    const facts = await collectFacts(stage, (what, done, of) =>
      progress.show(`looked at ${what}, ${done} of ${of}`),
    );
    progress.end();
    const judged = judgeAll(allChecks, facts);
    const counts = countsOf(judged);
    const isFine = counts.fault === 0;
    const answer = { ...nameOf(stage), isFine, counts, checks: judged.map(factsOf) };
    print(terminal, options.json, answer, linesOf(judged));
    return isFine ? 0 : 1;
  },
};
