import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import * as z from "zod";
import { main } from "../../cli/main.ts";
import { stages } from "../../infra/stages.ts";
import { aTerminal } from "../support/terminal.ts";

const step = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const job = z.object({
  if: z.string().optional(),
  needs: z.string().optional(),
  uses: z.string().optional(),
  environment: z.string().optional(),
  concurrency: z.object({ group: z.string(), "cancel-in-progress": z.boolean() }).optional(),
  permissions: z.record(z.string(), z.string()),
  "timeout-minutes": z.number().optional(),
  env: z.record(z.string(), z.string()).default({}),
  with: z.record(z.string(), z.unknown()).default({}),
  steps: z.array(step).default([]),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), job),
});

const folder = new URL("../../.github/workflows/", import.meta.url);
const files = readdirSync(folder).toSorted();
const text = (file: string) => readFileSync(new URL(file, folder), "utf8");
const read = (file: string) => workflow.parse(parse(text(file)));
const jobs = files.flatMap((file) =>
  Object.entries(read(file).jobs).map(([name, each]) => ({ ...each, name: `${file} ${name}` })),
);
const commands = jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
const { scripts, devDependencies } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { scripts: Record<string, string>; devDependencies: Record<string, string> };

function one(file: string, name: string) {
  const found = read(file).jobs[name];
  if (found === undefined) throw new Error(`${file} has no job ${name}`);
  return found;
}

const runsOf = ({ steps }: { readonly steps: readonly z.output<typeof step>[] }) =>
  steps.flatMap(({ run }) => run ?? []).join("\n");

describe("every workflow", () => {
  test("there are some", () => {
    expect(files).toEqual([
      "check.yml",
      "deploy-stage.yml",
      "deploy.yml",
      "drift.yml",
      "release.yml",
    ]);
  });

  test("pins other actions to a commit, with the version in a comment", () => {
    const used = files.flatMap((file) => text(file).match(/uses: .*/g) ?? []);
    const foreign = used.filter((line) => !line.startsWith("uses: ./.github/"));

    expect(foreign.length).toBeGreaterThan(5);
    for (const line of foreign) {
      expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test("uses only one version of an action", () => {
    const used = new Set(files.flatMap((file) => text(file).match(/uses: \w.*/g) ?? []));
    const names = [...used].map((line) => line.replace(/@.*/, ""));

    expect(new Set(names).size).toBe(names.length);
  });

  test("has no rights, and its jobs may only read, get an identity token, or tag", () => {
    for (const file of files) expect(read(file).permissions).toEqual({});
    for (const { name, permissions, uses, steps } of jobs) {
      const isForAws = uses !== undefined || steps.some((each) => each.uses?.startsWith("aws-"));
      const contents = name === "release.yml tag" ? "write" : "read";
      const wanted = isForAws ? { contents, "id-token": "write" } : { contents };
      expect({ name, permissions }).toEqual({ name, permissions: wanted });
    }
  });

  test("has no stored key: it assumes an AWS role by GitHub's identity token", () => {
    for (const file of files) expect(text(file)).not.toMatch(/secrets\.|aws-access-key|aws-secret/);
    const entries = jobs
      .flatMap(({ steps }) => steps)
      .filter(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"));

    expect(entries).toHaveLength(5);
    for (const entry of entries) expect(entry.with["role-to-assume"]).toMatch(/^\$\{\{ /);
  });

  test("leaves no token in the checkout, and has a timeout", () => {
    for (const { steps, ...each } of jobs.filter(({ uses }) => uses === undefined)) {
      const [checkout] = steps;
      expect(checkout?.uses).toMatch(/^actions\/checkout@/);
      expect(checkout?.with["persist-credentials"]).toBe(false);
      expect(each["timeout-minutes"]).toBeLessThanOrEqual(90);
    }
  });

  test("puts no untrusted value into a command", () => {
    for (const command of commands) expect(command).not.toContain("${{");
  });

  test("calls only scripts that package.json has", () => {
    const called = commands.flatMap((command) =>
      [...command.matchAll(/npm run ([\w-]+)/g)].map(([, name = ""]) => name),
    );

    expect(called).toEqual(expect.arrayContaining(["check", "synth", "bench", "diff-gate"]));
    for (const name of called) expect(Object.keys(scripts)).toContain(name);
  });
});

describe("a pull request", () => {
  test("is checked, tested, synthesized and measured with the lockfile's packages", () => {
    const runs = runsOf(one("check.yml", "check"));

    for (const command of [
      "npm ci",
      "npm audit signatures",
      "npm run check",
      "npm run test:all -- --ci",
      "npm run synth",
      "npm run bench -- size instructions",
    ]) {
      expect(runs).toContain(command);
    }
    expect(read("check.yml").on).toHaveProperty("pull_request");
    // pull_request_target would run a stranger's code with the rights of the repository.
    expect(read("check.yml").on).not.toHaveProperty("pull_request_target");
  });

  test("is compared with a stage by the gate, and a fork gets no AWS access", () => {
    const diff = one("check.yml", "diff");

    expect(runsOf(diff)).toContain("npm run diff-gate -- 'staging/*' -- --method=template");
    expect(diff.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  });
});

describe("a deployment", () => {
  test("goes to dev, then staging, then prod, which are exactly the stages", () => {
    const chain = Object.entries(read("deploy.yml").jobs).map(
      ([name, { needs, with: given }]) => [name, needs, given["stage"]] as const,
    );

    expect(chain).toEqual([
      ["dev", undefined, "dev"],
      ["staging", "dev", "staging"],
      ["prod", "staging", "prod"],
    ]);
    for (const [name] of chain) expect(Object.keys(stages)).toContain(name);
    expect(read("deploy.yml").on).toMatchObject({ push: { branches: ["main"] } });
  });

  test("uses the environment of its stage, with its approval and role", () => {
    expect(one("deploy-stage.yml", "deploy").environment).toBe("${{ inputs.stage }}");
    for (const { uses } of Object.values(read("deploy.yml").jobs)) {
      expect(uses).toBe("./.github/workflows/deploy-stage.yml");
    }
  });

  test("does not run in parallel with another one of its stage, and is not cancelled", () => {
    expect(one("deploy-stage.yml", "deploy").concurrency).toEqual({
      group: "deploy-${{ inputs.stage }}",
      "cancel-in-progress": false,
    });
  });

  test("deploys the assembly that passed the gate, and checks that it answers", () => {
    const runs = runsOf(one("deploy-stage.yml", "deploy"));
    const order = [
      "npx cdk synth --quiet",
      "npm run diff-gate",
      'npx cdk deploy "$STAGE/*" --app cdk.out',
      '"$url/telegram"',
    ].map((command) => runs.indexOf(command));

    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(runs).toContain("--app cdk.out --method=change-set");
  });

  test("has inputs for accepted losses and urgency, in every stage", () => {
    const dispatch = read("deploy.yml").on["workflow_dispatch"];
    expect(dispatch).toMatchObject({ inputs: { accept: {}, urgent: { type: "boolean" } } });
    for (const { with: given } of Object.values(read("deploy.yml").jobs)) {
      expect(Object.keys(given)).toEqual(["stage", "accept", "urgent"]);
    }
    expect(runsOf(one("deploy-stage.yml", "deploy"))).toContain(
      'npx cdk synth --quiet ${URGENT:+-c "bridge:urgent=$URGENT"}',
    );
  });

  test("has credentials for the duration of its job, with several bridges in parallel", () => {
    const job = one("deploy-stage.yml", "deploy");
    const [entry] = job.steps.filter(({ uses }) => uses?.startsWith("aws-actions/"));

    expect(job["timeout-minutes"]).toBeLessThan(Number(entry?.with["role-duration-seconds"]) / 60);
    expect(runsOf(job)).toContain("--concurrency 10");
  });

  test.each([
    { alarms: "none", watchMinutes: "0", options: ["--rollback-trigger-alarm-arns", "none"] },
    {
      alarms: "arn:a arn:b",
      watchMinutes: "10",
      options: ["--rollback-trigger-alarm-arns", "arn:a", "--rollback-trigger-alarm-arns", "arn:b"],
    },
  ])("gives CDK each alarm of $alarms with its option", ({ alarms, watchMinutes, options }) => {
    const deploy = one("deploy-stage.yml", "deploy").steps.find(({ name }) => name === "Deploy");
    const given = execFileSync(
      "bash",
      ["-e", "-c", `npx() { printf '%s\\n' "$@"; }\n${deploy?.run}`],
      {
        env: { ...process.env, STAGE: "dev", ALARMS: alarms, WATCH_MINUTES: watchMinutes },
        encoding: "utf8",
      },
    );

    expect(
      given
        .trim()
        .split("\n")
        .slice(-(options.length + 2)),
    ).toEqual([...options, "--monitoring-time-minutes", watchMinutes]);
  });

  test("watches no alarm if it is urgent, because the errors that it mends would take it back", () => {
    const { ALARMS, WATCH_MINUTES } = one("deploy-stage.yml", "deploy").env;

    expect(ALARMS).toBe("${{ !inputs.urgent && vars.ROLLBACK_ALARM_ARNS || 'none' }}");
    expect(WATCH_MINUTES).toBe("${{ !inputs.urgent && vars.ROLLBACK_ALARM_ARNS && '10' || '0' }}");
  });

  test("rolls back automatically, and does not hot-swap", () => {
    for (const command of commands) {
      expect(command).not.toMatch(/--no-rollback|--hotswap|--express|--force/);
    }
    expect(runsOf(one("deploy-stage.yml", "deploy"))).toContain("--rollback-trigger-alarm-arns");
  });
});

test("the bridge commands in the workflows exist", async () => {
  const asked = commands.flatMap((command) =>
    [...command.matchAll(/npx bridge ([\w-]+)/g)].map(([, name = ""]) => name),
  );
  const help = aTerminal();

  expect(asked).toEqual(["doctor"]);
  await main(["--help"], help);
  for (const name of asked) expect(help.output()).toMatch(new RegExp(`^ +${name} `, "m"));
});

describe("every night", () => {
  test("a check for drift runs, and drift fails the run", () => {
    expect(read("drift.yml").on).toMatchObject({
      schedule: [{ cron: expect.stringMatching(/^\d+ \d+ \* \* \*$/) }],
    });
    expect(runsOf(one("drift.yml", "drift"))).toContain('npx cdk drift "$STAGE/*" --fail');
  });
});

test("the CDK command line is an exact 2.x: 3.0.0 cannot read our templates", () => {
  expect(devDependencies["aws-cdk"]).toMatch(/^2\.\d+\.\d+$/);
});

describe("a release", () => {
  const tag = one("release.yml", "tag");
  const run = tag.steps.find(({ name }) => name === "Tag")?.run ?? "";
  /** The result of the step in a checkout with this changelog. `gh` prints its arguments and the notes. */
  const release = (changelog: string, { tags = "echo refs/tags/v1.2.0-rc.1" } = {}) => {
    const folder = mkdtempSync(join(tmpdir(), "release-"));
    writeFileSync(join(folder, "package.json"), '{ "version": "1.2.0" }');
    writeFileSync(join(folder, "CHANGELOG.md"), changelog);
    const gh = `gh() { if [ "$1" = api ]; then ${tags}; else echo "$@"; cat notes.md; fi; }\n`;
    const env = { ...process.env, GITHUB_SHA: "abc", GITHUB_REPOSITORY: "o/r" };
    const { status, stdout } = spawnSync("bash", ["-c", gh + run], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    return { status, output: stdout };
  };

  test("is tagged after every check, from main only", () => {
    expect(tag).toMatchObject({ needs: "check", if: "github.ref == 'refs/heads/main'" });
    const runs = runsOf(one("release.yml", "check"));
    for (const command of ["npm run check", "npm run test:all -- --ci", "npm run synth"]) {
      expect(runs).toContain(command);
    }
  });

  test.each([
    { name: "its tag exists", tags: "echo refs/tags/v1.2.0", says: "The tag v1.2.0 exists" },
    { name: "the tags cannot be read", tags: "return 1", says: "" },
  ])("is refused when $name", ({ tags, says }) => {
    const { status, output } = release("## 1.2.0\n\n- New.\n", { tags });

    expect(status).toBe(1);
    expect(output).toContain(says);
    expect(output).not.toContain("release create");
  });

  test("has the version of package.json, and its section of the changelog as notes", () => {
    expect(release("# Changelog\n\n## 1.2.0\n\n- New.\n\n## 1.1.0\n\n- Old.\n")).toEqual({
      status: 0,
      output:
        "release create v1.2.0 --target abc --title v1.2.0 --notes-file notes.md\n\n- New.\n\n",
    });
  });

  test.each([
    "## Unreleased\n\n- New.\n",
    "## 1.2.0\n\n## 1.1.0\n\n- Old.\n",
    "## 1.2.01\n\n- X.\n",
  ])("is refused without such a section: %j", (changelog) => {
    const { status, output } = release(changelog);

    expect(status).toBe(1);
    expect(output).toContain('CHANGELOG.md has no section "## 1.2.0"');
  });
});
