#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets a sentence instead of a syntax error.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    `bridge: needs Node.js 24, this is ${process.versions.node}. Run it as "npx bridge" after "npm ci", which brings Node.js 24 on Linux and Windows.\n`,
  );
  process.exitCode = 1;
} else {
  // A reader that has seen enough, such as head, is no failure.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  const { main } = await import("./main.ts");
  process.exitCode = await main(process.argv.slice(2), process);
}
