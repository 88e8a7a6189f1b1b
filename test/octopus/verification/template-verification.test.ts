import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/octopus/template/content-hash.ts';
import { programIn } from '../../../src/octopus/template/payload.ts';
import { readExportedTemplate } from '../../../src/octopus/verification/exported-template.ts';
import { bytesOf, ours, program, scriptOf, verify, withProgram, withScript } from './verification-scene.ts';

describe('the same script is recognised', () => {
  const reversed = Object.fromEntries(Object.entries(ours).reverse());
  const script = scriptOf(ours);
  const wide = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(JSON.stringify(ours), 'utf16le')]);
  it.each<[string, Uint8Array]>([
    ['as it was built', bytesOf(ours)],
    ['with Windows line ends in the file', Buffer.from(JSON.stringify(ours, null, 4).replaceAll('\n', '\r\n'))],
    ['with Windows line ends in the script', withScript(script.replaceAll('\n', '\r\n'))],
    ['with a byte-order mark', Buffer.from(`\ufeff${JSON.stringify(ours)}`)],
    ['as Windows PowerShell writes it', wide],
    ['with its keys in another order', bytesOf(reversed)],
    [
      'with ids and numbers of a server',
      bytesOf({ ...ours, Id: 'ActionTemplates-7', Version: 12, SpaceId: 'Spaces-1' }),
    ],
    ['with another description', bytesOf({ ...ours, Description: 'Ours.', LastModifiedBy: 'Jo' })],
    ['as a script alone', Buffer.from(script)],
    ['as a script that was copied without its last line end', Buffer.from(script.trimEnd().replaceAll('\n', '\r\n'))],
  ])('%s', (_, bytes) => {
    expect(verify(bytes)).toEqual({
      ...{ verdict: 'same', template: 'AWS ECS Canary - Fixture', version: '1.2.3', release: undefined },
      ...{ script: hashOf(script), program: hashOf(program), differences: [], outside: [] },
    });
  });

  it('with its program compressed by another version of Node.js', () => {
    const result = verify(withProgram(gzipSync(program, { level: 1 }).toString('base64')));
    expect(result).toMatchObject({ verdict: 'same', program: hashOf(program), differences: [] });
    expect(result.outside).toEqual(['The program is compressed differently, but is the same when unpacked.']);
  });
});

it('bytes that only another way of unpacking makes the program are refused, because the script does not unpack so', () => {
  for (const payload of [brotliCompressSync(program), gzipSync(Buffer.concat([program, Buffer.from('evil()')]))])
    expect(verify(withProgram(payload.toString('base64'))).verdict).toBe('different');
  const tight = withScript(scriptOf(ours).replace('gunzipSync', 'brotliDecompressSync'));
  expect(programIn(String(readExportedTemplate(tight).script))).toBeUndefined();
});

it.each([
  [
    'a parameter that becomes a custom script',
    { Parameters: [...ours.Parameters, { Name: 'octopus.Action.CustomScripts.PreDeploy.sh' }] },
  ],
  [
    'another address for the API key',
    { Parameters: [...ours.Parameters, { Name: 'EcsCanary.Octopus.Url', DefaultValue: 'https://evil' }] },
  ],
  [
    'a fixed role',
    { Properties: { ...ours.Properties, 'Octopus.Action.Aws.AssumedRoleArn': 'arn:aws:iam::666:role/evil' } },
  ],
  ['a package', { Packages: [{ Name: 'x', PackageId: 'evil' }] }],
  ['a Git repository', { GitDependencies: [{ Name: 'x', RepositoryUri: 'https://example.com' }] }],
  ['a step package', { StepPackageId: 'another-step' }],
  ['a script module', { Properties: { ...ours.Properties, 'Octopus.Script.Module[x]': 'evil' } }],
])('%s used to pass, or to be a remark', (_, changed) => {
  expect(verify(bytesOf({ ...ours, ...changed }))).toMatchObject({
    verdict: 'different',
    differences: [expect.any(String)],
  });
});

it('what only changes parameters and settings is named, and is no other script', () => {
  const [account, stack, ...others] = ours.Parameters;
  const changed = {
    ...ours,
    Name: 'Canary: shift',
    Properties: { ...ours.Properties, 'Octopus.Action.Aws.Region': 'eu-west-1', 'Octopus.Action.Mine': '' },
    Parameters: [{ ...account, Name: 'Extra' }, { ...stack, DefaultValue: 'shop', Label: 'Our stack' }, ...others],
  };
  expect(verify(bytesOf(changed))).toMatchObject({
    ...{ verdict: 'same', differences: [] },
    outside: [
      'The template is named "Canary: shift", not "AWS ECS Canary - Fixture".',
      'The property Octopus.Action.Aws.Region is "eu-west-1", not "#{EcsCanary.AWS.Region}".',
      `The parameter ${account?.Name} is missing.`,
      'The parameter Extra is not in ours.',
      `The parameter ${stack?.Name} has another label, default.`,
    ],
  });
});

it('no value of a parameter is repeated, because it may be a secret', () => {
  const changed = { ...ours, Parameters: ours.Parameters.map((one) => ({ ...one, DefaultValue: 'API-SECRET' })) };
  expect(JSON.stringify(verify(bytesOf(changed)))).not.toContain('API-SECRET');
});

it.each([
  ['nothing', '', 'it is empty.'],
  ['blanks', ' \r\n', 'it is empty.'],
  ['half a template', '{"Name": ', /^it is not JSON: ".*"\.$/],
  ['a list', '[1]', /no Properties with "Octopus\.Action\.Script\.ScriptBody"/],
  ['null', 'null', /it is not an exported step template/],
  ['a project', '{"Name": "Shop", "Properties": null}', /it is not an exported step template/],
  ['a step without a script', '{"Properties": {"Octopus.Action.Script.ScriptBody": ""}}', /it is not an exported/],
])('%s is refused in a sentence', (_, text, words) => {
  expect(() => readExportedTemplate(Buffer.from(text))).toThrow(words);
});

const script = JSON.stringify(scriptOf(ours));
it.each([
  [
    'Properties',
    `{"Properties": {"Octopus.Action.CustomScripts.PreDeploy.sh": "curl"}, ${JSON.stringify(ours).slice(1)}`,
  ],
  ['properties', `${JSON.stringify(ours).slice(0, -1)}, "properties": {}}`],
  [
    'an escaped \\u0050roperties',
    `${JSON.stringify(ours).slice(0, -1)}, "\\u0050roperties": ${JSON.stringify(ours.Properties)}}`,
  ],
  [
    'a script body in small letters',
    `{"Properties": {"octopus.action.script.scriptbody": "curl", "Octopus.Action.Script.ScriptBody": ${script}}}`,
  ],
])('a file that has %s a second time is refused, because Octopus may read the other one', (_, text) => {
  expect(() => readExportedTemplate(Buffer.from(text))).toThrow('it has a key twice');
});
