import { type Compression, unpackingCall } from './payload.ts';

/** Where the wrapper finds a program: inside its own body, or in a file next to it. */
export type StepProgram =
  | { readonly kind: 'embedded'; readonly compression: Compression }
  | { readonly kind: 'file'; readonly name: string };

/** How to read what a manual intervention left behind. */
export interface ApprovalReading {
  /** The parameter with the step's name. */
  readonly parameter: string;
  /** Beginnings of the names of its outputs; the first for which it has the first output counts. */
  readonly owners: readonly string[];
  readonly outputs: readonly string[];
}

/** What a loader needs to know. */
export interface LoaderSettings {
  readonly oldestNode: number;
  readonly howToGetNode: string;
  readonly approval?: ApprovalReading;
}

/**
 * The JavaScript that the wrapper hands to `node -e`, with the names of the variables as arguments: checks Node's version,
 * decrypts the variables if there is a key, then runs the step's program as a CommonJS module.
 * It is old JavaScript without apostrophes, because any Node.js must parse it and bash must quote it.
 */
export function renderLoader(program: StepProgram, { oldestNode, howToGetNode, approval }: LoaderSettings): string {
  return `
var fs = require("fs"), path = require("path"), dir = path.dirname(process.env.ECS_CANARY_INPUTS);
process.on("exit", function () { try { fs.writeFileSync(path.join(dir, "ended"), ""); } catch (error) {} });
var found = process.versions.node, key = process.env.ECS_CANARY_KEY;
delete process.env.ECS_CANARY_KEY;
${readVariables}
if (parseInt(found, 10) < ${oldestNode}) {
  var problem = "This step needs Node.js ${oldestNode} or newer, but the worker has " + found + ". ${howToGetNode}";
  console.log("##octopus[stdout-error]\\n" + problem + "\\n##octopus[stdout-default]");
  console.log("##octopus[resultMessage message=\\"" + Buffer.from(problem).toString("base64") + "\\"]");
  process.exitCode = 1;
} else if (key && !readVariables(process.argv.slice(1), ${JSON.stringify(approval ?? null)})) {
  fs.writeFileSync(path.join(dir, "unknown"), "");
} else {
${requireProgram(program).join('\n')}
}
`;
}

// The text of get_octopusvariable, as bash prints it, has each name in base64, and its value encrypted with an
// initialisation vector. The values stay in memory, so that a killed step leaves none behind.
const readVariables = String.raw`function readVariables(names, approval) {
  var known = {}, inputs = {};
  var rest = fs.readFileSync(path.join(dir, "variables"), "latin1").replace(
    /"([\w+/=]*)"\)\s+decrypt_variable "([\w+/=]*)" "(\w*)"\s+;;/g,
    function (all, name, value, iv) { known[name] = [value, iv]; return ""; });
  if (rest.replace(/\s+/g, "") !== "get_octopusvariable(){INPUT=$(encode_servicemessagevalue\"$1\");case$INPUTin*)echo\"\";;esac}") return false;
  function read(name) {
    var found = known[Buffer.from(name).toString("base64")];
    if (!found) return "";
    var cipher = require("crypto").createDecipheriv("aes-256-cbc", Buffer.from(key, "hex"), Buffer.from(found[1], "hex"));
    return Buffer.concat([cipher.update(found[0], "base64"), cipher.final()]).toString();
  }
  names.forEach(function (name) { inputs[name] = read(name); });
  var step = approval ? inputs[approval.parameter].split("\n")[0].replace(/\0/g, "").replace(/^[ \t\r]+|[ \t\r]+$/g, "") : "";
  step && approval.owners.some(function (owner) {
    approval.outputs.forEach(function (name) { inputs["Approval." + name] = read(owner + "[" + step + "].Output." + name); });
    return inputs["Approval." + approval.outputs[0]].trim() !== "";
  });
  global.ecsCanaryInputs = inputs;
  return true;
}`;

function requireProgram(program: StepProgram): string[] {
  if (program.kind === 'file') return [`  require(path.resolve("${program.name}"));`];
  return [
    '  var bytes = Buffer.from(fs.readFileSync(path.join(dir, "program"), "latin1"), "base64");',
    // A real file gives readable stack traces, and needs no private API of Node.js.
    `  fs.writeFileSync(path.join(dir, "step.cjs"), require("zlib").${unpackingCall[program.compression]}(bytes));`,
    '  require(path.join(dir, "step.cjs"));',
  ];
}
