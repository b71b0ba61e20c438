// Plain JavaScript, so that an old Node gets a sentence instead of a syntax error.
const [command, ...args] = process.argv.slice(2);
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    `The laptop run needs Node.js 24, this is ${process.versions.node}. "npm ci" brings it on Linux and Windows (do not omit optional packages); elsewhere install Node.js 24.\n`,
  );
  process.exitCode = 1;
} else {
  const { main } = await import(`./${command}.ts`);
  process.exitCode = await main(args);
}
