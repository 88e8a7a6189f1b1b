import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { nameCommand } from '../../src/cli/command-name.ts';

const script = (event: string, more = {}) => ({
  npm_package_name: 'octopus-ecs-canary',
  npm_lifecycle_event: event,
  ...more,
});
const installed = '/home/ann/shop/node_modules/.bin/octopus-ecs-canary';

it.each<[string, string, NodeJS.ProcessEnv, string]>([
  ['npm run rehearse --', 'rehearse', script('rehearse'), '/clone/src/cli/main.ts'],
  ['npm run install-octopus --', 'install', script('install-octopus'), '/clone/src/cli/main.ts'],
  ['npm run -s process --', 'process', script('process', { npm_config_loglevel: 'silent' }), '/clone/src/cli/main.ts'],
  ['npm run install-octopus --', 'install', script('rehearse'), '/clone/src/cli/main.ts'],
  ['npx tsx src/cli/main.ts rehearse', 'rehearse', {}, resolve('src/cli/main.ts')],
  ['npx tsx src/cli/main.ts rehearse', 'rehearse', script('test'), resolve('src/cli/main.ts')],
  ['npx octopus-ecs-canary rehearse', 'rehearse', { npm_lifecycle_event: 'npx' }, installed],
  ['npx octopus-ecs-canary rehearse', 'rehearse', script('rehearse', { npm_package_name: 'shop' }), installed],
  [
    'npx octopus-ecs-canary install',
    'install',
    {},
    '/shop/node_modules/octopus-ecs-canary/dist/bin/octopus-ecs-canary.mjs',
  ],
  ['node dist/bin/octopus-ecs-canary.mjs emulate', 'emulate', {}, resolve('dist/bin/octopus-ecs-canary.mjs')],
  ['octopus-ecs-canary policies', 'policies', {}, '/usr/local/bin/octopus-ecs-canary'],
  ['octopus-ecs-canary policies', 'policies', {}, '/clone/node_modules/vitest/vitest.mjs'],
])('%s', (name, command, environment, program) => {
  expect(nameCommand(command, { environment, program })).toBe(name);
});

it('the program itself has a name, too', () => {
  expect(nameCommand(undefined, { environment: {}, program: installed })).toBe('npx octopus-ecs-canary');
});
