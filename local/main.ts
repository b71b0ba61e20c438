import { main as demo } from "./demo.ts";
import { main as start } from "./start.ts";

const [command, ...args] = process.argv.slice(2);
process.exitCode = command === "demo" ? await demo(args) : await start(args);
