import { expect, it } from 'vitest';
import { readOutsideValues } from '../../src/emulator/outside-values-file.ts';

it('a values file may be JSON or YAML; lists are joined, objects become JSON', () => {
  const values = {
    exports: { vpc: 'vpc-1', subnets: 'subnet-1,subnet-2' },
    ssm: { '/shop/count': '3' },
    secretsmanager: { 'shop/db': '{"user":"u"}' },
    attributes: {},
  };
  const yaml = `exports: {vpc: vpc-1, subnets: [subnet-1, subnet-2]}
ssm: {/shop/count: 3}
secretsmanager:
  shop/db: {user: u}`;
  const json =
    '{"exports":{"vpc":"vpc-1","subnets":["subnet-1","subnet-2"]},"ssm":{"/shop/count":3},"secretsmanager":{"shop/db":{"user":"u"}}}';
  expect(readOutsideValues(yaml)).toEqual({ values });
  expect(readOutsideValues(json)).toEqual({ values });
});

it.each([
  [
    'exprots: {a: b}\nssm: [x]\nexports: {vpc: }',
    ['unknown key exprots', 'no value for exports: vpc', 'must have an object at ssm'],
  ],
  ['exports: {', ['is neither JSON nor YAML']],
  ['just text', ['must contain an object with the keys exports, ssm, secretsmanager, attributes']],
])('every problem of a values file is reported at once: %s', (text, parts) => {
  const read = readOutsideValues(text);
  const problems = 'problems' in read ? read.problems : [];
  expect(problems).toHaveLength(parts.length);
  for (const [index, part] of parts.entries()) expect(problems[index]).toContain(part);
});
