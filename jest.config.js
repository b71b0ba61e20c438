// Template validation costs seconds per suite; `npm run check` and CI keep it on through `cdk synth`.
process.env.CDK_VALIDATION = "false";

const args = process.argv.slice(2);
/** `npm run test:all`, or a run that names its tests. */
const isWide = args.includes("--all") || args.some((arg) => !arg.startsWith("-"));
/** What a person waits for: `npm test` alone. */
const quick = [
  "<rootDir>/test/{unit,contract,house}/**/*.test.ts",
  // These start the rule engine or the whole app many times.
  "<rootDir>/test/infra/!(guard-access|guard-rules|same-synth).test.ts",
  "<rootDir>/test/integration/conversation.test.ts",
  "<rootDir>/test/simulation/seeds.test.ts",
];

export default {
  testEnvironment: "node",
  globalSetup: "<rootDir>/test/synthesized.js",
  globalTeardown: "<rootDir>/test/remove-synthesized.js",
  roots: ["<rootDir>/test"],
  ...(isWide ? {} : { testMatch: quick }),
  reporters: ["default", "<rootDir>/test/progress.ts"],
  // Jest's own default leaves one core of two without work.
  maxWorkers: "100%",
  // Modules of a test file are loaded anew for the next one; what stays behind adds up.
  workerIdleMemoryLimit: "1.5GB",
  // A limit for what hangs, not for what is slow: machines are busy at times.
  testTimeout: 300_000,
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
    "^.+\\.tsx$": [
      "@swc/jest",
      {
        jsc: {
          target: "es2024",
          parser: { syntax: "typescript", tsx: true },
          transform: { react: { runtime: "automatic", importSource: "preact" } },
        },
        module: { type: "es6" },
      },
    ],
  },
};
