import { type Compression, unpackingCall } from './payload.ts';

/** Where the wrapper finds a program: inside its own body, or in a file next to it. */
export type StepProgram =
  | { readonly kind: 'embedded'; readonly compression: Compression }
  | { readonly kind: 'file'; readonly name: string };

/** The global variable with the inputs, by name, where the loader has decrypted them; otherwise they are in files. */
export const decryptedInputs = 'ecsCanaryInputs';

/**
 * The JavaScript that the wrapper hands to `node -e`: checks Node's version, then runs the step's program as a CommonJS module.
 * It is old JavaScript without apostrophes, because any Node.js must parse it and bash must quote it.
 */
export function renderLoader(program: StepProgram, oldestNode: number, howToGetNode: string): string {
  return `
var fs = require("fs"), path = require("path"), dir = path.dirname(process.env.ECS_CANARY_INPUTS);
process.on("exit", function () { try { fs.writeFileSync(path.join(dir, "ended"), ""); } catch (error) {} });
var found = process.versions.node;
if (parseInt(found, 10) < ${oldestNode}) {
  var problem = "This step needs Node.js ${oldestNode} or newer, but the worker has " + found + ". ${howToGetNode}";
  console.log("##octopus[stdout-error]\\n" + problem + "\\n##octopus[stdout-default]");
  console.log("##octopus[resultMessage message=\\"" + Buffer.from(problem).toString("base64") + "\\"]");
  process.exitCode = 1;
} else {
${decryptInputs}
${requireProgram(program).join('\n')}
}
`;
}

// Each encrypted input is Octopus's base64 with its initialisation vector; a variable that does not exist is an empty line.
// The values stay in memory, so that a killed step leaves none behind.
const decryptInputs = `  var key = process.env.ECS_CANARY_KEY, inputs = process.env.ECS_CANARY_INPUTS;
  delete process.env.ECS_CANARY_KEY;
  if (key) global.${decryptedInputs} = fs.readdirSync(inputs).reduce(function (values, name) {
    var parts = fs.readFileSync(path.join(inputs, name), "latin1").trim().split(" ");
    if (parts.length < 2) return values;
    var cipher = require("crypto").createDecipheriv("aes-256-cbc", Buffer.from(key, "hex"), Buffer.from(parts[1], "hex"));
    values[name] = Buffer.concat([cipher.update(parts[0], "base64"), cipher.final()]).toString();
    return values;
  }, {});`;

function requireProgram(program: StepProgram): string[] {
  if (program.kind === 'file') return [`  require(path.resolve("${program.name}"));`];
  return [
    '  var bytes = Buffer.from(fs.readFileSync(path.join(dir, "program"), "latin1"), "base64");',
    // A real file gives readable stack traces, and needs no private API of Node.js.
    `  fs.writeFileSync(path.join(dir, "step.cjs"), require("zlib").${unpackingCall[program.compression]}(bytes));`,
    '  require(path.join(dir, "step.cjs"));',
  ];
}
