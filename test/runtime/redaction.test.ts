import { describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { failedTasks } from '../../src/canary/health.ts';
import { createRedaction, isWorthRedacting, redactAws } from '../../src/runtime/redaction.ts';

/** As `executeStep` withholds the values of confidential parameters. */
const redact = (...values: string[]) => createRedaction(values.filter(isWorthRedacting));

describe('what is withheld of confidential parameters', () => {
  it('leaves AWS its own words, so that tasks that fail their health checks are counted', async () => {
    const stopped = 'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:1:x)';
    const aws = {
      ecs: { listTasks: async () => [{ stopCode: 'UserInitiated', stopped }] },
      cloudFormation: {},
      loadBalancing: {},
    } as unknown as Aws;
    const tasks = await redactAws(aws, redact('health', 'failed', 'checks')).ecs.listTasks('', '', '', 'STOPPED');
    expect(failedTasks(tasks)).toHaveLength(1);
  });

  it.each([
    ['a word', 'cancelled'],
    ['words', 'Health-Check'],
    ['a word in capitals', 'PRODUCTION'],
    ['a subnet', 'subnet-0a1b2c3d4e5f60718'],
    ['several ids', 'sg-0a1b2c3d,sg-0a1b2c3e'],
    ['an ARN', 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop'],
    ['a host', 'https://shop.example.com:8080/'],
    ['a region', 'ap-southeast-2'],
    ['a small number', '3600000'],
    ['too short', 'x1!y2'],
  ])('is not %s', (_what, value) => {
    expect(redact(value)(`AWS says: ${value}.`)).toBe(`AWS says: ${value}.`);
  });

  it.each([
    ['a password', 'Tr0ub4dor&3'],
    ['a short one', 'S3cr3t'],
    ['letters at random', 'qwXertZyuip'],
    ['a passphrase', 'correct-horse-battery-staple'],
    ['a long number', '4929123456781234'],
    ['an address with a password', 'postgres://shop:geheim@db.example.com/shop'],
    ['an address that is itself a key', 'https://hooks.example.com/services/T0/B0/abcdef'],
    ['what only looks like an id', 'subnet-of-Mum-1961'],
  ])('is %s', (_what, value) => {
    expect(redact(value)(`AWS says: ${value}.`)).toBe('AWS says: ********.');
  });

  it.each([
    ['in JSON', 's3cr3t"\\tail', 's3cr3t\\"\\\\tail'],
    ['with the line ends of AWS', 'first-s3cr3t\r\nsecond', 'first-s3cr3t\nsecond'],
    ['with the line ends of AWS in JSON', 'first-s3cr3t\r\nsecond', 'first-s3cr3t\\nsecond'],
    ['in HTML', `s3cr3t&<x>"'tail`, 's3cr3t&amp;&lt;x&gt;&quot;&#39;tail'],
    ['in HTML that leaves quotes alone', `s3cr3t&<x>"'tail`, `s3cr3t&amp;&lt;x&gt;"'tail`],
  ])('is a secret that AWS quotes %s', (_how, value, quoted) => {
    expect(redact(value)(`AWS says: ${quoted}.`)).toBe('AWS says: ********.');
  });
});
