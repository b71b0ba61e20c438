#!/usr/bin/env node
import * as module from "node:module";
import { fileURLToPath } from "node:url";
import { runOnNode24 } from "./node24.js";

const program = fileURLToPath(new URL("bridge.ts", import.meta.url));
// Node.js 24 keeps the compiled commands here, for this process or for its child. The next command starts
// in half the time. Node.js 20 has no such cache.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL("../.local/compile-cache", import.meta.url),
);
module.enableCompileCache?.();
await runOnNode24([program, ...process.argv.slice(2)]);
