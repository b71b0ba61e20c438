import { command, UsageError } from "../command.ts";
import { countsOf, factsOf, linesOf } from "../doctor/report.ts";
import { print } from "../output.ts";
import { collectPreflight, judgePreflight, readQualifier } from "../preflight/preflight.ts";
import { systemDns } from "../preflight/hosts.ts";
import { chooseStage } from "../stage/deployed-stage.ts";
import { knownStages } from "../stage/open-stage.ts";
import { laptop } from "../stage/stage.ts";

/** `bridge preflight`: finds what would make a deployment fail, before the deployment. */
export const preflight = command({
  about: `Looks at what cdk deploy needs for all bridges of the stage: CDK's bootstrap stack, the region, quotas,
certificates, hosted zones and the host of the files. It only reads, and needs no deployed stack. For
each fault it prints the fix. Some conditions show only during a deployment; the table says which.
docs/going-live.md lists the IAM permissions. Exit code 1: there is a fault. Warnings alone give exit
code 0.`,
  options: {
    stage: { value: "S", required: true, about: "a stage of infra/stages.ts" },
    json: { about: "prints JSON" },
  },
  examples: ["preflight --stage dev"],
  async run({ stage, json }, terminal) {
    if (stage === laptop) throw new UsageError("the laptop run is not deployed: choose a stage");
    const settings = chooseStage(stage, await knownStages());
    const facts = await collectPreflight({
      stage,
      settings,
      aws: { region: settings.region },
      qualifier: await readQualifier(),
      dns: systemDns,
    });
    const judged = judgePreflight(facts);
    const counts = countsOf(judged);
    const isFine = counts.fault === 0;
    const { account, region } = facts;
    const answer = { stage, account, region, isFine, counts, checks: judged.map(factsOf) };
    print(terminal, json, answer, linesOf(judged));
    return isFine ? 0 : 1;
  },
});
