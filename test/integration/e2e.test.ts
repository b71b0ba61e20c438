import { describe, expect, test } from "@jest/globals";
import { main } from "../e2e/main.ts";
import { onLaptop, person } from "../e2e/on-laptop.ts";
import { runScenarios } from "../e2e/run-scenarios.ts";
import { scenarios } from "../e2e/scenarios.ts";
import { TestedBridge } from "../e2e/tested-bridge.ts";

const assembly = process.env["BRIDGE_TEST_ASSEMBLY"];

const titled = (words: string) => scenarios.filter(({ title }) => title.includes(words));

describe("the scenarios for a deployed bridge", () => {
  test("pass on the laptop, and fail when the bridge is broken", async () => {
    const output: string[] = [];
    const say = (line: string) => output.push(line);
    const results = await onLaptop(async (stage, { telegram, amocrm }) => {
      const open = () => TestedBridge.open(stage, person.id);
      const all = await runScenarios(await open(), say);

      telegram?.faults.add({ match: "sendMessage", status: 403, times: 10 });
      const undelivered = await runScenarios(await open(), say, titled("reach the customer"));
      telegram?.faults.clear();

      amocrm?.faults.add({ match: "POST /v2/origin", status: 400, times: 10 });
      const notShown = await runScenarios(await open(), say, titled("is shown to the operator"));
      amocrm?.faults.clear();

      telegram?.faults.add({ match: "sendMessage", chatId: "1", status: 403, times: 1 });
      const goesOn = await runScenarios(await open(), say);
      return { all, undelivered, notShown, goesOn };
    }, assembly);

    expect(output.join("\n")).toContain(
      `${scenarios.length} of ${scenarios.length} scenarios passed`,
    );
    expect(output.filter((line) => line.startsWith("  FAILED"))).toHaveLength(2);
    expect(results).toEqual({ all: true, undelivered: false, notShown: false, goesOn: true });
  });
});

describe("npm run e2e", () => {
  test.each([
    ["a stage with customers", ["--stage", "prod", "--chat", "5"], 2, "keeps its data"],
    ["no chat for a stage", ["--stage", "dev"], 2, "--chat: expected the number of a person"],
    ["a chat that is not a number", ["--stage", "dev", "--chat", "@ann"], 2, "--chat: expected"],
    ["an unknown stage", ["--stage", "nowhere", "--chat", "5"], 2, 'there is no stage "nowhere"'],
    ["an unknown option", ["--purge"], 2, "--purge"],
  ])("%s is refused before the run sends anything", async (_, args, code, expected) => {
    let output = "";
    const ended = await main(args, (text) => (output += text));

    expect(ended).toBe(code);
    expect(output).toContain(expected);
    expect(output).toContain("Usage: npm run e2e");
  });

  test.each(["--help", "-h"])("%s prints the usage", async (option) => {
    let output = "";

    expect(await main([option], (text) => (output += text))).toBe(0);
    expect(output).toMatch(/^Usage: npm run e2e/);
  });
});
