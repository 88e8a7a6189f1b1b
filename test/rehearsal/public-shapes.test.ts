import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createEmulatedCloud } from '../../src/rehearsal/emulated-cloud.ts';
import { rehearse } from '../../src/rehearsal/rehearsal.ts';
import { createRehearsalLog } from '../../src/rehearsal/rehearsal-log.ts';
import type { RehearsalOptions } from '../../src/rehearsal/scenario.ts';
import { loadTemplateLibrary } from '../../src/rehearsal/template-library.ts';

const library = await loadTemplateLibrary('step-templates');
const shape = (name: string): string => readFileSync(`test/fixtures/public-shapes/${name}`, 'utf8');

/** A first deployment and a canary that is promoted, with the committed step templates. */
async function rehearseShape(template: string, parameters: RehearsalOptions['parameters'] = {}, network = '') {
  const options: RehearsalOptions = {
    timeScale: 200,
    requestsPerSecond: 100,
    sample: 60,
    weights: [10],
    watch: false,
    abortAt: undefined,
    behaviours: ['latency=1'],
    template,
    parameters,
    ask: undefined,
  };
  const lines: string[] = [];
  const log = createRehearsalLog((line) => lines.push(line), false);
  const cloud = await createEmulatedCloud({ ...options, note: log.note });
  try {
    if (network !== '') await cloud.deployOther('network', network);
    const { problems, releases } = await rehearse(options, library, cloud, log);
    return { problems, promoted: releases.map(({ deployment }) => deployment.succeeded), log: lines.join('\n') };
  } finally {
    await cloud.close();
  }
}

const sound = { problems: [], promoted: [true, true] };
const image = { 'EcsCanary.TemplateParameters': 'Image=#{Canary.Image}', 'EcsCanary.Capabilities': 'CAPABILITY_IAM' };

it('a service that imports network, listener and target groups is rehearsed to the end beside its network stack', async () => {
  const { log, ...end } = await rehearseShape(shape('imports.yaml'), image, shape('network.yaml'));
  expect(end).toEqual(sound);
  expect(log).not.toContain('made up');
});

it('a service with alarms, autoscaling and IAM beside it is rehearsed to the end', async () => {
  const { log, ...end } = await rehearseShape(shape('observed.yaml'), { 'EcsCanary.Capabilities': 'CAPABILITY_IAM' });
  expect(end).toEqual(sound);
  expect(log).toContain('registry.example.com/shop:1.0 -> #{Canary.Image}');
});

it('a service behind HTTPS and Cognito is rehearsed to the end', async () => {
  const { log, ...end } = await rehearseShape(shape('signed-in.json'));
  expect(end).toEqual(sound);
  expect(log).toContain('nginx:1.27 -> #{Canary.Image}');
});

it('a template for all environments is rehearsed to the end', async () => {
  const values = 'Environment=production\nTag=#{Octopus.Release.Number}';
  const { log, ...end } = await rehearseShape(shape('per-environment.yaml'), {
    'EcsCanary.TemplateParameters': values,
  });
  expect(end).toEqual(sound);
  expect(log).toContain('shop-production:2');
});
