import { readFileSync } from 'node:fs';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { noOutsideValues, type OutsideValues } from '../../../src/emulator/contract/outside-values.ts';
import { createEmulator, type Emulator } from '../../../src/emulator/emulator.ts';
import { type StackScene, stackShorthands } from './stack-scene.ts';

/** A stack of any name, from its text to its end. */
export interface NamedStack extends Omit<StackScene, 'world' | 'close' | 'create' | 'update'> {
  create(text: string, others?: object): Promise<Stack>;
  update(text: string, others?: object): Promise<Stack>;
  outputs(): Promise<Record<string, string>>;
  remove(): Promise<void>;
}

/** The whole emulator, with what it notes. */
export interface OrdinaryScene {
  readonly emulator: Emulator;
  readonly notes: readonly string[];
  stackCalled(name: string): NamedStack;
}

/** What the stacks of the fixtures take from outside, except the exports. */
export const givenValues: OutsideValues = {
  ...noOutsideValues,
  ssm: { '/shop/image': 'shop:1.0.0', '/shop/banner': 'hello' },
  secretsmanager: { 'shop/db': '{"username":"shop"}' },
  attributes: { 'Lookup.Address': '10.1.2.3' },
};

export async function openOrdinaryScene(values: OutsideValues): Promise<OrdinaryScene> {
  const emulator = await createEmulator({ timeScale: 400, values });
  const notes: string[] = [];
  emulator.onNote((note) => notes.push(note));
  return { emulator, notes, stackCalled: (name) => openStack(emulator, name) };
}

/** A template in the shape of those that people publish. */
export function publicShape(name: string): string {
  return readFileSync(new URL(`../../fixtures/public-shapes/${name}.yaml`, import.meta.url), 'utf8');
}

function openStack(emulator: Emulator, StackName: string): NamedStack {
  const stack = stackShorthands(emulator.world, StackName);
  const submit = async (operation: string, status: string, TemplateBody: string, others: object = {}) => {
    const Capabilities = ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'];
    await stack.call(operation, { StackName, TemplateBody, Capabilities, ...others });
    return stack.settle(status);
  };
  return {
    ...stack,
    create: (text, others) => submit('CreateStack', 'CREATE_COMPLETE', text, others),
    update: (text, others) => submit('UpdateStack', 'UPDATE_COMPLETE', text, others),
    outputs: async () =>
      Object.fromEntries(((await stack.stack()).Outputs ?? []).map((each) => [each.OutputKey, each.OutputValue ?? ''])),
    remove: async () => {
      const { StackId } = await stack.stack();
      await stack.call('DeleteStack', { StackName });
      await stackShorthands(emulator.world, StackId).settle('DELETE_COMPLETE');
    },
  };
}
