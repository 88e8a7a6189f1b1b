import { expect, it } from 'vitest';
import { renderScriptBody } from '../../src/octopus/template/wrapper.ts';
import { fixtureStep } from '../octopus/template/fixture-step.ts';
import { type RunOptions, runScript } from '../octopus/template/script-runner.ts';
import { requireProgram } from '../support/cross-check.ts';

const report = `
const fs = require("node:fs"), path = require("node:path");
const note = fs.readFileSync(path.join(process.env.ECS_CANARY_INPUTS, "EcsCanary.Note"), "utf8");
console.log("NOTE" + JSON.stringify(note));`;
const body = renderScriptBody(fixtureStep, Buffer.from(report), '1.2.3');
const note = 'grün  *  0 1\n\ttwo ';

/** The node of the tests on a PATH that has nothing else but what the wrapper names. */
const node = '#!/bin/bash\nexec "$REAL_NODE" "$@"\n';
const bash = 'exec /bin/bash Bootstrap.sh';

const moods: Readonly<Record<string, RunOptions>> = {
  'set -euo pipefail': { before: 'set -euo pipefail' },
  'set -Eeu and an ERR trap': { before: 'set -Eeu; trap "echo trapped >&2" ERR' },
  'POSIX mode': { launch: 'exec /bin/bash --posix Bootstrap.sh' },
  POSIXLY_CORRECT: { env: { POSIXLY_CORRECT: '1' } },
  'noclobber, noglob and a null glob': { before: 'set -o noclobber -o noglob; shopt -s nullglob failglob' },
  'IFS of digits and letters': { before: "IFS='0123456789eacn/.'" },
  'an empty IFS': { before: 'IFS=' },
  'LANG=C': { env: { LANG: 'C', LC_ALL: 'C' } },
  'a locale that does not exist': { env: { LANG: 'xx_XX.UTF-8' } },
  'another language': { env: { LANG: 'de_DE.UTF-8', LANGUAGE: 'de' } },
  'no TERM': { env: { TERM: '' } },
  'a TERM that does not exist': { env: { TERM: 'nonsense' } },
  'no HOME': { launch: `unset HOME; ${bash}` },
  'a HOME that does not exist': { env: { HOME: '/nonexistent' } },
  'a HOME that cannot be written': { env: { HOME: '/proc' } },
  'no TMPDIR': { launch: `unset TMPDIR; ${bash}` },
  'a TMPDIR that does not exist': { env: { TMPDIR: '/nonexistent/tmp dir' } },
  'a TMPDIR that cannot be written': { env: { TMPDIR: '/proc' } },
  'stdin closed': { launch: `${bash} <&-` },
  'stdin at its end': { launch: `${bash} </dev/null` },
  'umask 077': { launch: `umask 077; ${bash}` },
  'umask 000': { launch: `umask 000; ${bash}` },
  'few file descriptors': { launch: `ulimit -n 40; ${bash}` },
  'no core files and little stack': { launch: `ulimit -c 0; ulimit -s 1024; ${bash}` },
  'a long environment': {
    env: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`LONG_${i}`, 'x'.repeat(100_000)])),
  },
  'NODE_OPTIONS with a small heap': { env: { NODE_OPTIONS: '--max-old-space-size=64 --no-deprecation' } },
  'an empty NODE_OPTIONS': { env: { NODE_OPTIONS: '' } },
  'code that warns': { env: { NODE_OPTIONS: '--import data:text/javascript,process.emitWarning(String(1))' } },
  'certificates that are not there': { env: { NODE_EXTRA_CA_CERTS: '/nonexistent.pem' } },
  'a bundle of certificates that is not there': { env: { AWS_CA_BUNDLE: '/nonexistent.pem' } },
  'no trust in certificates': { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
  'a CDPATH and a BASH_ENV': { env: { CDPATH: '/:/tmp', BASH_ENV: '/nonexistent', ENV: '/nonexistent' } },
  'a name like the wrapper’s own': { before: 'fail() { :; }; status=9 dir=/ name=x approval=y; readonly version=1' },
};

it.each(Object.entries(moods))('with %s the program gets its values, and stderr stays empty', (_, mood) => {
  const run = runScript(body, { node, variables: { 'EcsCanary.Note': note }, ...mood });
  expect(run).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
  expect(run.stdout).toContain(`NOTE${JSON.stringify(note)}`);
});

it('the shell of Octopus keeps its own mood', () => {
  const before = 'trap \'echo "after: $IFS$- $dir"\' EXIT; IFS=x; dir=mine; set -u';
  expect(runScript(body, { node, before }).stdout).toMatch(/after: x\S*u\S* mine\n$/);
});

it.skipIf(!requireProgram('/bin/dash'))(
  'a shell that knows little more than POSIX runs the script, so any bash does',
  () => {
    const run = runScript(body, {
      node,
      variables: { 'EcsCanary.Note': note },
      before: 'source() { . "$1"; }',
      launch: 'exec /bin/dash -eu Bootstrap.sh',
    });
    expect(run).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
    expect(run.stdout).toContain(`NOTE${JSON.stringify(note)}`);
  },
);

// Only bash 5.2 may be at hand, so the scripts may not hold what bash 3.2 or 4.4 lack, or changed since.
it.each([
  ['a transformation like ${x@Q}', /\$\{\w+@\w\}/],
  ['a changed case like ${x^^}', /\$\{\w+[\^,]/],
  ['an offset like ${x: -1} or ${x:1:2}', /\$\{\w+:(\s+-|\d)/],
  [
    'mapfile, readarray, coproc or declare -A',
    /\b(mapfile|readarray|coproc|declare(?! -f )|local|typeset|printf -v|wait -n)\b/,
  ],
  ['&>, |& or ;&', /&>|\|&|;&/],
  ['[[ or ((', /\[\[|\(\(/],
  ['an array, a here-string or a process substitution', /\w+=\(|<<<|<\(|>\(/],
  ['EPOCHSECONDS, BASHPID or the like', /\b(EPOCH|BASH|SRANDOM)/],
  [
    'a program besides cat, mkdir, mktemp, rm, node and, for a failure, base64',
    /\b(openssl|sed|awk|tr|head|tail|stat|dirname|readlink|realpath|date)\b/,
  ],
])('the script has no %s', (_, pattern) => {
  const bashOnly = body
    .replace(/^#.*$/gm, '')
    .replace(/<<'(\w+)'[\s\S]*?\n\1\n/, '')
    .replace(/node -e '[\s\S]*?\n'/, '')
    .replace(/'[^'\n]*'/g, '');
  expect(bashOnly).toContain('get_octopusvariable');
  expect(bashOnly).not.toMatch(pattern);
});
