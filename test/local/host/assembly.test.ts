import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { findStack, appSentence } from "../../../local/host/assembly.ts";

describe("search for a stack in an assembly", () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "assembly-test-"));
    const stage = (name: string) => [
      `assembly-${name}`,
      {
        type: "cdk:cloud-assembly",
        properties: { directoryName: `assembly-${name}`, displayName: name },
      },
    ];
    const stack = (stageName: string, bridge: string) => [
      `${stageName}${bridge}0A1B2C3D`,
      {
        type: "aws:cloudformation:stack",
        properties: { templateFile: `${stageName}${bridge}.template.json` },
        displayName: `${stageName}/${bridge}`,
      },
    ];
    const write = async (directory: string, ...artifacts: (readonly unknown[])[]) => {
      await mkdir(join(root, directory), { recursive: true });
      const manifest = { artifacts: Object.fromEntries(artifacts as [string, unknown][]) };
      await writeFile(join(root, directory, "manifest.json"), JSON.stringify(manifest));
    };
    await write(".", stage("dev"), stage("prod"), ["Tree", { type: "cdk:tree" }]);
    await write("assembly-dev", stack("dev", "main"));
    await write("assembly-prod", stack("prod", "north"), stack("prod", "south"));
  });
  afterAll(() => rm(root, { recursive: true }));

  test("finds the only bridge of a stage", () => {
    expect(findStack(root, "dev")).toEqual({
      assemblyDirectory: join(root, "assembly-dev"),
      templateFile: "devmain.template.json",
    });
  });

  test.each([
    { stage: "test", sentence: 'no stage "test"; it has "dev", "prod".' },
    { stage: "prod", sentence: 'Stage "prod" has 2 bridges; the host runs one.' },
  ])("says in the error what it expected: $sentence", ({ stage, sentence }) => {
    expect(() => findStack(root, stage)).toThrow(sentence);
  });
});

describe("the output of a failing CDK app", () => {
  const uncaught = (error: string) =>
    `file:///repo/infra/app.ts:12\n    throw new Error("…");\n          ^\n\n${error}\n    at main (file:///repo)\n    at run {\n  code: 'X'\n}\n\nNode.js v24.21.0\n`;

  test.each([
    {
      name: "its own lines",
      stderr: "It is not right yet.\nStage x.\n",
      sentence: "It is not right yet.\nStage x.",
    },
    {
      name: "an uncaught error",
      stderr: uncaught("Error: Bad: x.\nAnd y."),
      sentence: "Bad: x.\nAnd y.",
    },
    { name: "a coded error", stderr: uncaught("TypeError [ERR_X]: Bad."), sentence: "Bad." },
    {
      name: "findings before an error",
      stderr: `ERROR No encryption.\n   S/B\n${uncaught("ValidationError: Failed.")}`,
      sentence: "ERROR No encryption.\n   S/B\nFailed.",
    },
    {
      name: "an error of the CDK itself",
      stderr: uncaught(
        "[«ValidationFailed» Validation failed.\n    ...aws-cdk-lib...\n    (no user code)]",
      ),
      sentence: "Validation failed.",
    },
  ])("$name", ({ stderr, sentence }) => {
    expect(appSentence(stderr)).toBe(sentence);
  });
});
