// Template validation costs seconds per suite; `npm run check` and CI keep it on through `cdk synth`.
process.env.CDK_VALIDATION = "false";

export default {
  testEnvironment: "node",
  globalSetup: "<rootDir>/test/integration/assembly.js",
  roots: ["<rootDir>/test"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
};
