import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildStackTemplate } from '../../src/stack-template/built-in-template.ts';
import type { StackSettings } from '../../src/stack-template/settings.ts';
import { requireProgram, runProgram } from '../support/cross-check.ts';
import { certificateArn, listenerArn, roleArn, sampleSettings, stableArn } from './sample-settings.ts';

const variants: Readonly<Record<string, Partial<StackSettings>>> = {
  defaults: {},
  everything: {
    pinnedBlueTaskDefinition: stableArn,
    greenScalePercent: 25,
    environment: { APPVERSION: '1.0.0', EMPTY: '' },
    secrets: { TOKEN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:token-a1b2c3' },
    executionRoleArn: roleArn,
    taskRoleArn: roleArn,
    logGroup: '/ecs/shop',
    logRetentionDays: 30,
    taskFamily: 'shop',
    serviceName: 'shop',
    assignPublicIp: true,
    capacityProviders: { FARGATE: 1, FARGATE_SPOT: 3 },
    tags: { Team: 'shop', Stage: 'production' },
    listenerPort: 443,
    certificateArn,
    httpRedirect: true,
    pathPatterns: ['/shop/*', '/cart'],
    hostHeaders: ['shop.example.com'],
    stickinessSeconds: 60,
    cpuArchitecture: 'ARM64',
  },
  'an existing listener, on instances': {
    listenerArn,
    loadBalancerArn: '',
    launchType: 'EC2',
    pathPatterns: [],
    hostHeaders: ['*.example.com'],
    securityGroups: [],
    cpu: 300,
    memory: 700,
  },
};

describe.skipIf(!requireProgram('cfn-lint'))('cfn-lint finds nothing to say about the built-in template', () => {
  it('in any variant', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stack-template-'));
    try {
      const files = Object.entries(variants).map(([name, settings]) => ({
        file: join(folder, `${name.replace(/\W+/g, '-')}.json`),
        body: buildStackTemplate(sampleSettings(settings)).body,
      }));
      await Promise.all(files.map(({ file, body }) => writeFile(file, body)));
      const result = await runProgram(
        'cfn-lint',
        files.map(({ file }) => file),
      );
      expect(result.stdout + result.stderr).toBe('');
      expect(result.status).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
