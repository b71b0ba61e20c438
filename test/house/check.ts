import { figures } from "./figures.ts";

/** The limits of the repository's structure. */
const limits = { senderFiles: 145, folderFiles: 15, fileLines: 300 } as const;

const { lines, closures, circles, largestFolder, longestFile } = figures();
const say = (line: string) => process.stdout.write(`${line}\n`);
say("lines (files):");
for (const { top, lines: count, files } of lines) say(`  ${top.padEnd(8)} ${count} (${files})`);
say("files that a function imports, directly or indirectly:");
for (const { file, files } of closures) say(`  ${file} ${files}`);
say(`import circles: ${circles.length}`);
for (const circle of circles) say(`  ${circle.join(" <-> ")}`);
say(`largest folder of lambdas: ${largestFolder.folder} with ${largestFolder.files} files`);
say(`longest file outside of tests: ${longestFile.file} with ${longestFile.lines} lines`);

const faults = [
  ...closures
    .filter(({ files }) => files > limits.senderFiles)
    .map(
      ({ file, files }) =>
        `${file} imports ${files} files, directly or indirectly; at most ${limits.senderFiles} are allowed`,
    ),
  ...circles.map((circle) => `import circle: ${circle.join(", ")}`),
  ...(largestFolder.files > limits.folderFiles
    ? [
        `${largestFolder.folder} has ${largestFolder.files} files; at most ${limits.folderFiles} are allowed`,
      ]
    : []),
  ...(longestFile.lines > limits.fileLines
    ? [
        `${longestFile.file} has ${longestFile.lines} lines; at most ${limits.fileLines} are allowed`,
      ]
    : []),
];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
