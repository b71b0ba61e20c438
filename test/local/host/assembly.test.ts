import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appSentence, findStack, synthesize } from "../../../local/host/synthesize.ts";

describe("finding a stack in an assembly", () => {
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

  test("the only bridge of a stage needs no name", () => {
    expect(findStack(root, "dev")).toEqual({
      assemblyDirectory: join(root, "assembly-dev"),
      templateFile: "devmain.template.json",
    });
  });

  test("one of several bridges is found by its name", () => {
    expect(findStack(root, "prod", "south").templateFile).toBe("prodsouth.template.json");
  });

  test.each([
    { stage: "test", bridge: undefined, sentence: 'no stage "test"; it has "dev", "prod".' },
    { stage: "prod", bridge: undefined, sentence: 'choose one of "north", "south".' },
    { stage: "prod", bridge: "east", sentence: 'no bridge "east"; it has "north", "south".' },
  ])("the error names the choices: $sentence", ({ stage, bridge, sentence }) => {
    expect(() => findStack(root, stage, bridge)).toThrow(sentence);
  });

  test("a directory that holds something else is not overwritten", async () => {
    const precious = await mkdtemp(join(tmpdir(), "precious-"));
    await writeFile(join(precious, "thesis.txt"), "");
    await mkdir(join(precious, "cdk.out"));

    await expect(synthesize(precious)).rejects.toThrow("holds something else");
    await rm(precious, { recursive: true });
  });
});

describe("what a failing CDK app said", () => {
  const uncaught = (error: string) =>
    `file:///repo/infra/app.ts:12\n    throw new Error("…");\n          ^\n\n${error}\n    at main (file:///repo)\n    at run {\n  code: 'X'\n}\n\nNode.js v24.21.0\n`;

  test.each([
    {
      name: "its own lines",
      stderr: "It is not right yet.\nStage x.\n",
      said: "It is not right yet.\nStage x.",
    },
    {
      name: "an uncaught error",
      stderr: uncaught("Error: Bad: x.\nAnd y."),
      said: "Bad: x.\nAnd y.",
    },
    { name: "a coded error", stderr: uncaught("TypeError [ERR_X]: Bad."), said: "Bad." },
    {
      name: "findings before an error",
      stderr: `ERROR No encryption.\n   S/B\n${uncaught("ValidationError: Failed.")}`,
      said: "ERROR No encryption.\n   S/B\nFailed.",
    },
    {
      name: "an error of the CDK itself",
      stderr: uncaught(
        "[«ValidationFailed» Validation failed.\n    ...aws-cdk-lib...\n    (no user code)]",
      ),
      said: "Validation failed.",
    },
  ])("$name", ({ stderr, said }) => {
    expect(appSentence(stderr)).toBe(said);
  });
});
