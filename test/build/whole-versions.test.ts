import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { afterAll, expect, it } from 'vitest';
import { bundleStep } from '../../build/bundle.ts';
import type { TaskVersion } from '../../src/canary/task-version.ts';
import { compareVersions } from '../../src/canary/version-difference.ts';

const directory = mkdtempSync(join(tmpdir(), 'whole-versions-'));
const server = createServer((request, response) => {
  request.setEncoding('utf8').on('data', (body: string) => {
    const { taskDefinition } = JSON.parse(body);
    response.end(JSON.stringify({ taskDefinition: definitionOf(taskDefinition === 'td:1' ? 1 : 2) }));
  });
});
afterAll(() => {
  server.close().closeAllConnections();
  rmSync(directory, { recursive: true });
});

/** Two that differ in everything that the adapter does not name, as deep inside as it goes. */
function definitionOf(revision: number) {
  const container: ContainerDefinition = {
    ...{ name: 'web', image: 'shop:1', user: `u${revision}`, hostname: 'same', essential: revision === 1 },
    healthCheck: { command: ['CMD', 'true'], interval: revision },
    linuxParameters: { tmpfs: [{ containerPath: '/tmp', size: revision }], initProcessEnabled: true },
    mountPoints: [{ containerPath: '/data', readOnly: revision === 1 }],
    logConfiguration: { logDriver: 'awslogs', secretOptions: [{ name: 'key', valueFrom: `s${revision}` }] },
    repositoryCredentials: { credentialsParameter: `c${revision}` },
  };
  return {
    ...{ family: 'shop', revision, status: 'ACTIVE', networkMode: 'awsvpc', containerDefinitions: [container] },
    volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs', rootDirectory: `/${revision}` } }],
    runtimePlatform: { cpuArchitecture: revision === 1 ? 'X86_64' : 'ARM64' },
    ephemeralStorage: { sizeInGiB: 20 + revision },
  };
}

it('a bundle that compares task definitions reads every member of them', async () => {
  const { code } = await bundleStep('test/build/task-versions-entry.ts', '1.2.3');
  const program = join(directory, 'versions.cjs');
  writeFileSync(program, code);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { NODE_NO_WARNINGS: '1', ENDPOINT },
  });
  const [blue, green] = (JSON.parse(stdout) as readonly TaskVersion[]).map((version) => ({
    ...{ taskDefinition: '', version, digests: {} },
  }));
  if (!blue || !green) throw new TypeError('it read no versions');
  const none = { aspect: 'other settings', added: [], removed: [] };
  expect(compareVersions(blue, green)).toEqual([
    { ...none, changed: ['ephemeralStorage', 'runtimePlatform', 'volumes'] },
    {
      ...{ ...none, container: 'web' },
      changed: [
        ...['essential', 'healthCheck', 'linuxParameters', 'logConfiguration', 'mountPoints'],
        ...['repositoryCredentials', 'user'],
      ],
    },
  ]);
});

it('a bundle whose entry file hides that it compares task definitions is not built, because it would find no differences', async () => {
  await expect(bundleStep('test/build/hidden-versions-entry.ts', '1.2.3')).rejects.toThrow(
    /entry file has to import src\/aws\/task-versions\.ts itself/,
  );
});
