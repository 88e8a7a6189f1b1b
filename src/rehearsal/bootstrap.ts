import { createCipheriv, randomBytes } from 'node:crypto';
import type { Variables } from './substitution.ts';

/** File names inside a step's working directory, in the order bash reads them. */
export const scriptFiles = {
  bootstrap: 'Bootstrap.Script.sh',
  configure: 'Configure.sh',
  script: 'Script.sh',
} as const;

/** The file that bash is started with; it sources the operator's script, so an `exit` there ends the step. */
export function bootstrapFile(): string {
  return `#!/bin/bash
source "$(pwd)/${scriptFiles.configure}"
shift
source "$(pwd)/${scriptFiles.script}"
`;
}

/**
 * The functions Octopus gives to bash scripts, with the variables' evaluated values inside.
 * @param key 64 hexadecimal digits, with which the values are encrypted as Octopus encrypts them, so that reading one
 *   needs openssl; without a key they are in plain text, for a machine that has no openssl
 */
export function configureFile(variables: Variables, key?: string): string {
  const values = variables.names().map((name) => [name, variables.get(name) ?? ''] as const);
  return `${key === undefined ? plainFunctions(values) : encryptedFunctions(values, key)}
${octopusFunctions}`;
}

type Values = readonly (readonly [name: string, value: string])[];

function plainFunctions(values: Values): string {
  const cases = values.map(([name, value]) => `    ${bashQuote(name)}) printf '%s' ${bashQuote(value)} ;;`);
  return `function get_octopusvariable {
  case "$1" in
${cases.join('\n')}
    *) echo "" ;;
  esac
}

function encode_servicemessagevalue {
  printf '%s' "$1" | base64 | tr -d '\\n'
}
`;
}

// The steps recognise the two functions below by their text, which is Octopus's own (Calamari, Bootstrap.sh).
function encryptedFunctions(values: Values, key: string): string {
  const cases = values.map(([name, value]) => {
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-256-cbc', Buffer.from(key, 'hex'), iv);
    const encrypted = `${cipher.update(value, 'utf8', 'base64')}${cipher.final('base64')}`;
    return `    "${Buffer.from(name).toString('base64')}") decrypt_variable "${encrypted}" "${iv.toString('hex')}" ;;`;
  });
  return `sensitiveVariableKey=$1

function encode_servicemessagevalue {
  echo -n "$1" | openssl enc -base64 -A
}

function decrypt_variable {
  echo $1 | openssl enc -a -A -d -aes-256-cbc -nosalt -K $sensitiveVariableKey -iv $2
}

function get_octopusvariable {
  INPUT=$( encode_servicemessagevalue "$1" )
  case $INPUT in
${cases.join('\n')}
    *) echo "" ;;
  esac
}
`;
}

/** Quotes any text as one ASCII word for bash 3.2, whatever its locale. */
export function bashQuote(text: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(text)) return `'${text}'`;
  let quoted = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c;
    quoted += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `$'${quoted}'`;
}

// Messages are echoed unquoted, and a missing artifact calls a function that does not exist: Octopus's own
// functions do both, and a script that works here must work there.
const octopusFunctions = String.raw`function decode_servicemessagevalue {
  printf '%s' "$1" | base64 --decode
}

function set_octopusvariable {
  local message="##octopus[setVariable"
  if [ -n "$1" ]; then message="$message name='$(encode_servicemessagevalue "$1")'"; fi
  if [ -n "$2" ]; then message="$message value='$(encode_servicemessagevalue "$2")'"; fi
  if [ "\${3:-}" = "-sensitive" ]; then message="$message sensitive='$(encode_servicemessagevalue "True")'"; fi
  echo "$message]"
}

function fail_step {
  if [ -n "\${1:-}" ]; then echo "##octopus[resultMessage message='$(encode_servicemessagevalue "$1")']"; fi
  exit 1
}

function new_octopusartifact {
  echo "Collecting $1 as an artifact..."
  if [ ! -e "$1" ]; then
    error_exit "\"$1\" does not exist."
    exit $?
  fi
  local name="\${2:-$(basename "$1")}"
  local length
  length=$(wc -c < "$1" | tr -d ' ')
  echo "##octopus[stdout-verbose]"
  echo "Artifact $name will be collected from $1 after this step completes"
  echo "##octopus[stdout-default]"
  echo "##octopus[createArtifact path='$(encode_servicemessagevalue "$1")' name='$(encode_servicemessagevalue "$name")' length='$(encode_servicemessagevalue "$length")']"
}

function update_progress {
  echo "##octopus[progress percentage='$(encode_servicemessagevalue "$1")' message='$(encode_servicemessagevalue "\${2:-}")']"
}

function set_environmentstate {
  echo "##octopus[set-environmentstate key='$(encode_servicemessagevalue "$1")' value='$(encode_servicemessagevalue "$2")' type='$(encode_servicemessagevalue "State")']"
}

function __write_at_level {
  local level="$1"
  shift
  echo "##octopus[stdout-$level]"
  echo $*
  echo "##octopus[stdout-default]"
}

function write_verbose { __write_at_level verbose "$@"; }
function write_highlight { __write_at_level highlight "$@"; }
function write_wait { __write_at_level wait "$@"; }
function write_warning { __write_at_level warning "$@"; }
`.replaceAll('\\${', '${');
