import { vendorOf } from "../amocrm/vendor.ts";
import { answerOptions, command } from "../command.ts";
import { judgeAll } from "../doctor/check.ts";
import { allChecks, collectFacts } from "../doctor/doctor.ts";
import { countsOf, factsOf, inWordsFor, linesOf, listOf } from "../doctor/report.ts";
import { checkLive, linesOfLiveCheck } from "../doctor/live-check.ts";
import { print, progressOn } from "../output.ts";
import { StageSecrets } from "../secrets/secret-store.ts";
import { findStage } from "../stage/find-stage.ts";
import { nameOf } from "../stage/stage.ts";

/** `bridge doctor`: finds the faults of a bridge and says how to fix them. */
export const doctor = command({
  about: `Checks the secrets, Telegram, amoCRM, AWS, the public address, and parked and spooled events. It
changes nothing and prints no secret. For each fault it prints the consequences and the command that
fixes it. It calls the webhooks without a secret, so they refuse the calls and log a warning for each.
Exit code 1: there is a fault. Warnings alone give exit code 0.`,
  options: {
    list: { about: "lists the checks, one per line; needs no stage" },
    "live-check": {
      notWith: "list",
      about:
        "instead of the checks, finds out by reads how this amoCRM account treats leads, and lists what only a person can try (docs/going-live.md). It needs an API token, and changes nothing",
    },
    ...answerOptions,
  },
  examples: ["doctor --stage dev --bridge main"],
  async run(options, terminal) {
    if (options.list) {
      const checks = allChecks.map(({ id, group, title }) => ({ id, group, title }));
      print(terminal, options.json, { checks }, listOf(allChecks));
      return 0;
    }
    const stage = await findStage(options, terminal);
    const progress = progressOn(terminal);
    if (options["live-check"]) {
      const answers = await checkLive(stage, new StageSecrets(stage), (done, of) =>
        progress.show(`answered ${done} of ${of} questions`),
      ).finally(() => progress.end());
      print(terminal, options.json, { ...nameOf(stage), ...answers }, linesOfLiveCheck(answers));
      return 0;
    }
    const facts = await collectFacts(stage, (done, of) =>
      progress.show(`read ${done} of ${of} facts`),
    );
    progress.end();
    const judged = inWordsFor(vendorOf(stage), judgeAll(allChecks, facts));
    const counts = countsOf(judged);
    const isFine = counts.fault === 0;
    const answer = { ...nameOf(stage), isFine, counts, checks: judged.map(factsOf) };
    print(terminal, options.json, answer, linesOf(judged));
    return isFine ? 0 : 1;
  },
});
