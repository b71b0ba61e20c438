import { spawn } from "node:child_process";

const commands: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
  linux: ["xdg-open"],
};

/** Opens an address in the person's browser. Says so when there is no way to do it. */
export function openBrowser(url: string, say: (line: string) => void): void {
  const [command = "xdg-open", ...args] = commands[process.platform] ?? [];
  const browser = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  browser.on("error", () => say(`No browser could be opened here. Open ${url} yourself.`));
  browser.unref();
}
