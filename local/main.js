// Plain JavaScript, so that an old Node gets a sentence instead of a syntax error.
const [command, ...args] = process.argv.slice(2);
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    `The laptop run needs Node.js 24, this is ${process.versions.node}. Use "npm start" or "npm run demo": they take the Node.js 24 that "npm ci" installs on Linux and Windows (optional packages must not be omitted). Elsewhere install Node.js 24.\n`,
  );
  process.exitCode = 1;
} else {
  const { main } = await import(`./${command}.ts`);
  process.exitCode = await main(args);
}
