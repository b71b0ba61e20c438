import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { everyTemplate } from "./every-template.ts";
import { resourcesOf } from "./synthesize.ts";

const runbook = readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8");
/** What the runbook asks AWS for by the beginning of its name; `facts X …` looks for the group `$STACK-X…`. */
const prefixes = [
  ...runbook.matchAll(/\$STACK-(\w+)/g),
  ...runbook.matchAll(/facts ([A-Z]\w+) [A-Z]\w+/g),
].map(([, prefix = ""]) => prefix);
const bridges = everyTemplate.filter(([kind]) => kind !== "GitHub's access");

test.each(bridges)("in %s the runbook's names of log groups are correct", (_, template) => {
  const groups = resourcesOf(template, "AWS::Logs::LogGroup").map(([id]) => id);

  expect(prefixes.length).toBeGreaterThan(20);
  expect(prefixes).toContain("WebhooksAccessLines");
  for (const prefix of new Set(prefixes)) {
    // CloudFormation names a group `<stack>-<logical id>-<random>`: no other group may have the same beginning.
    expect([prefix, groups.filter((id) => id.startsWith(prefix))]).toEqual([
      prefix,
      [expect.stringContaining(prefix)],
    ]);
  }
});

test("of several log groups with a name the newest is read, because a deleted stack leaves its groups behind", () => {
  const lookups = [
    ...runbook.matchAll(/logs describe-log-groups[^$]+(?:\$[^$]+)*?--query '([^']+)'/g),
  ];

  expect(lookups.map(([, query]) => query)).toEqual([
    "sort_by(logGroups, &creationTime)[-1].logGroupName",
  ]);
});
