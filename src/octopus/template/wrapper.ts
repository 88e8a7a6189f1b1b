import { isRead } from '../../parameters/parameters.ts';
import { approvalVariables, systemVariables, type TemplateDeclaration } from '../../steps/step.ts';
import { switchLevel } from '../log/service-messages.ts';
import { shortHashOf } from './content-hash.ts';
import { type ApprovalReading, renderLoader, type StepProgram } from './loader.ts';
import { type Compression, endOfProgram, type Payload, packProgram } from './payload.ts';

/** The oldest Node major version that the bundles run on. */
export const oldestNode = 20;

/**
 * The bash body that Octopus runs for a template, with its bundled program inside.
 * @throws RangeError when Octopus's own processing would change the body, which is a bug of ours
 */
export function renderScriptBody(
  template: TemplateDeclaration,
  program: Buffer,
  version: string,
  pack: (program: Buffer) => Payload = packProgram,
): string {
  const { compression, lines } = pack(program);
  return checkBody(
    renderWrapper(template, { version, program }, { kind: 'embedded', compression }, [
      `# To read the program below, save this script as script.sh, and run: ${readingCommand(compression)}`,
      `cat >"$dir/program" <<'${endOfProgram}' || fail_unwritable`,
      lines,
      endOfProgram,
    ]),
  );
}

/** Prints the program of the script body in `script.sh`. */
function readingCommand(compression: Compression): string {
  const unpack = { gzip: 'gunzip', brotli: 'brotli -d' }[compression];
  return `sed '1,/^cat /d;/^${endOfProgram}/,$d' script.sh | base64 -d | ${unpack}`;
}

/** The same for a packaged script: the program lies next to it as `<step id>.cjs`. */
export function renderPackagedScript(step: TemplateDeclaration, bundle: Buffer, version: string): string {
  return checkBody(renderWrapper(step, { version, program: bundle }, { kind: 'file', name: `${step.id}.cjs` }, []));
}

/** The Octopus variables a script reads: its own parameters, then the system variables. */
export function variablesReadBy(step: TemplateDeclaration): string[] {
  const own = Object.values(step.parameters).filter(isRead);
  return [...own.map((parameter) => parameter.name), ...(step.reads ?? systemVariables)];
}

// Node.js reports unreadable certificates on stderr, which must stay empty; other AWS clients use AWS_CA_BUNDLE.
// The whole script is one subshell: Octopus sources it, and neither the trap nor a function may leak into its bootstrap.
function renderWrapper(
  step: TemplateDeclaration,
  { version, program }: { readonly version: string; readonly program: Buffer },
  place: StepProgram,
  unpack: readonly string[],
) {
  const hasApproval = Object.values(step.parameters).some(({ name }) => name === approvalReading.parameter);
  const approval = hasApproval ? approvalReading : undefined;
  return `# AWS ECS Canary - ${step.name}, version ${version}. Generated: change the sources, not this script.
(
fail() {
  echo '${switchLevel('error')}'
  echo "$1"
  echo '${switchLevel('default')}'
  message=$(printf %s "$1" | base64 2>/dev/null) || message=
  [ -z "$message" ] || echo "##octopus[resultMessage message='\${message//[[:space:]]/}']"
  exit "\${2:-1}"
}
fail_no_octopus() {
  ${renderFailure(noOctopus)}
}
fail_no_node() {
  ${renderFailure(noNode)}
}
fail_unwritable() {
  ${renderFailure(unwritable)}
}
fail_unreadable() {
  ${renderFailure(unreadable)}
}
fail_ended() {
  [ "$1" != 0 ] || set 1
  ${renderFailure(ended)} "$1"
}
type get_octopusvariable >/dev/null 2>&1 || fail_no_octopus
command -v node >/dev/null 2>&1 || fail_no_node
dir=$(umask 077 && mktemp -d "$PWD/ecs-canary.XXXXXX") || fail_unwritable
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/in" || fail_unwritable
set -- ${variablesReadBy(step).join(' ')}
${unpack.map((line) => `${line}\n`).join('')}echo 'AWS ECS Canary - ${step.name}, version ${version}, program ${shortHashOf(program)}'
certificates=
for file in "\${AWS_CA_BUNDLE:-}" "\${NODE_EXTRA_CA_CERTS:-}"; do
  if [ -f "$file" ] && [ -r "$file" ]; then certificates=$file; fi
done
read_variables() {
  for name; do
    get_octopusvariable "$name" >"$dir/in/$name" || fail_unreadable
  done
${approval ? readApproval : ''}}
start() {
  ECS_CANARY_INPUTS="$dir/in" ECS_CANARY_KEY="$ECS_CANARY_KEY" NODE_NO_WARNINGS=1 NODE_EXTRA_CA_CERTS="$certificates" \\
    node -e '${renderLoader(place, { oldestNode, howToGetNode, ...(approval && { approval }) })}' "$@"
}
status=0
ECS_CANARY_KEY=
if [ "$(echo $(declare -f decrypt_variable encode_servicemessagevalue 2>/dev/null))" = '${octopusFunctions}' ]; then
  ECS_CANARY_KEY=$sensitiveVariableKey
  declare -f get_octopusvariable >"$dir/variables"
  start "$@" || status=$?
fi
if [ -z "$ECS_CANARY_KEY" ] || [ -e "$dir/unknown" ]; then
  rm -f "$dir/unknown" "$dir/ended"
  status=0
  ECS_CANARY_KEY=
  read_variables "$@"
  start "$@" || status=$?
fi
[ -e "$dir/ended" ] || fail_ended "$status"
exit "$status"
)
exit "$?"
`;
}

/**
 * Octopus's functions start openssl twice for each variable. Where they are those known here, Node.js reads all variables
 * from the text of `get_octopusvariable`; otherwise Octopus's own functions do it.
 */
const octopusFunctions = [
  'decrypt_variable () { echo $1 | openssl enc -a -A -d -aes-256-cbc -nosalt -K $sensitiveVariableKey -iv $2 }',
  'encode_servicemessagevalue () { echo -n "$1" | openssl enc -base64 -A }',
].join(' ');

/** The outputs of the manual intervention that a parameter names, which are known only at run time. */
const approvalReading = {
  parameter: 'EcsCanary.ApprovalStep',
  // A process template has its own steps' outputs under the first name, and another step may have the second.
  owners: ['Octopus.ProcessTemplate.Action', 'Octopus.Action'],
  outputs: approvalVariables,
} as const satisfies ApprovalReading;

// Read from files: a command substitution warns on stderr about a NUL, and keeps blanks that the program ignores.
const readApproval = `  IFS=$' \\t\\r\\n' read -r approval <"$dir/in/${approvalReading.parameter}" || :
  [ -n "$approval" ] || return 0
  for owner in ${approvalReading.owners.join(' ')}; do
    for name in ${approvalReading.outputs.join(' ')}; do
      get_octopusvariable "$owner[$approval].Output.$name" >"$dir/in/Approval.$name" || fail_unreadable
    done
    IFS=$' \\t\\r\\n' read -r answer <"$dir/in/Approval.${approvalReading.outputs[0]}" || :
    [ -z "$answer" ] || break
  done
`;

function renderFailure(message: string): string {
  return `fail '${message}'`;
}

const howToGetNode = `Run this step in an execution container with the image octopusdeploy/worker-tools, or install Node.js ${oldestNode} or newer on the worker.`;
const noNode = `This step needs Node.js, but the worker has none. ${howToGetNode}`;
const ended = `Node.js on the worker exited before this step finished: it is broken, was killed or ran out of memory. The lines above may say more. Run the step again. ${howToGetNode}`;
const noOctopus =
  'Octopus Deploy must run this script, as a script step in Bash: it reads its parameters with get_octopusvariable.';
const unwritable =
  'This step cannot write to its working directory. Check the free disk space and the permissions on the worker.';
const unreadable =
  'Octopus could not pass the parameters to this step. Its Bash support needs openssl on the worker; the log above has the details.';

function checkBody(body: string): string {
  const faults = [
    body.includes('#{') && 'contains "#{", which Octopus would substitute',
    body.includes('octopus_parameters[') && 'mentions octopus_parameters, which makes Octopus decrypt every variable',
    /[^\n\x20-\x7e]/.test(body) && 'has a character other than printable ASCII and line feeds',
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new RangeError(`The script body ${faults.join('; it ')}.`);
  return body;
}
