// Plain JavaScript, because stripping types would add some 45 ms to the start of every process.
import { writeSync } from "node:fs";

// With the JSON log format, Lambda's runtime replaces the console and writes a line at once. Node's own
// console would format an object for people.
const requestId = "bench";
for (const level of ["info", "warn", "error"]) {
  console[level] = (message) => {
    const line = { timestamp: new Date().toISOString(), level: level.toUpperCase(), requestId };
    writeSync(1, `${JSON.stringify({ ...line, message })}\n`);
  };
}

const { handler } = await import(process.argv[2]);
const run = async (event) => {
  const endMillis = Date.now() + 60_000;
  const getRemainingTimeInMillis = () => endMillis - Date.now();
  process.send(await handler(event, { awsRequestId: requestId, getRemainingTimeInMillis }));
};
process.on("message", (event) => void run(event));
// The bench has ended.
process.on("disconnect", () => process.exit());
process.send("ready");
