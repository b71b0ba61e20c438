#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { runOnNode24 } from "./node24.js";

const program = fileURLToPath(new URL("bridge.ts", import.meta.url));
await runOnNode24([program, ...process.argv.slice(2)]);
