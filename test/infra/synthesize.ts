import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { BridgeStage } from "../../infra/bridge-stage.ts";
import { readStages } from "../../infra/settings/read-stages.ts";

export type Resource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};

const { context } = JSON.parse(
  readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"),
) as { context: Record<string, unknown> };

export const aBridge = {
  telegram: { botId: "123456" },
  amocrm: { origin: "https://example.amocrm.ru" },
  operatorLanguage: "ru",
};

export const aStage = { region: "eu-central-1", retainData: false, bridges: { main: aBridge } };

/** The same with all alarms and the dashboard, which are off without an address for alarms. */
export const aMonitoredStage = { ...aStage, monitoring: "full" };

/** A stage with customers, with only the required settings. */
export const aRetainedStage = {
  ...aStage,
  retainData: true,
  alarmEmail: "alarms@example.com",
  bridges: {
    main: {
      ...aBridge,
      domain: {
        host: "bridge.example.com",
        certificateArn:
          "arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000001",
      },
    },
  },
};

/** The app with one stage, under the feature flags of `cdk.json` and without bundling. */
export function anApp(stage: unknown = aStage, given: Readonly<Record<string, string>> = {}) {
  const app = new App({ context: { ...context, "aws:cdk:bundling-stacks": [], ...given } });
  const settings = readStages({ test: stage })["test"];
  if (settings === undefined) throw new Error("The stage is missing.");
  return { app, stage: new BridgeStage(app, "test", settings) };
}

export function stacksOf(
  stage: unknown = aStage,
  given: Readonly<Record<string, string>> = {},
): Stack[] {
  return anApp(stage, given).stage.node.children.filter((child) => Stack.isStack(child));
}

/** The template of the stage's first bridge. One run of the tests synthesizes each stage once. */
export function templateOf(stage: unknown = aStage): Template {
  const name = createHash("sha256").update(JSON.stringify(stage)).digest("hex");
  const file = join(process.env["BRIDGE_TEST_TEMPLATES"] ?? "", `${name}.json`);
  if (!existsSync(file)) {
    const [stack] = stacksOf(stage);
    if (stack === undefined) throw new Error("The stage has no stack.");
    const ours = `${file}.${process.pid}`;
    writeFileSync(ours, JSON.stringify(Template.fromStack(stack).toJSON()));
    renameSync(ours, file);
  }
  return Template.fromJSON(JSON.parse(readFileSync(file, "utf8")));
}

export function resourcesOf(template: Template, type?: string): [string, Resource][] {
  const all = Object.entries(template.toJSON()["Resources"] as Record<string, Resource>);
  return all.filter(([, resource]) => type === undefined || resource.Type === type);
}

/** Id and resource of the only resource whose id has this beginning before CDK's hash. */
export function findResource(template: Template, type: string, id: string): [string, Resource] {
  const found = resourcesOf(template, type).filter(
    ([logicalId]) => logicalId.replace(/[0-9A-F]{8}$/, "") === id,
  );
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`Expected one ${type} called ${id}, found ${found.length}.`);
  }
  return first;
}
